/** Colours, or none: a painter for what can show them, and one that leaves text as it is. */
import type { Env } from '../env.ts';
import type { Output } from '../world.ts';

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

/** Select Graphic Rendition: on and off, from ECMA-48. */
const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (colour, text) => {
  const [on, off] = codes[colour];
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
};

/** What this output can show. */
export function paintFor(output: Output, env: Env): Paint {
  return output.isTerminal && env.NO_COLOR === undefined ? coloured : plain;
}
