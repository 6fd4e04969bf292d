/** Runs what the model asked for in one turn: in order, or at once when all of it only reads. */
import type { Block } from '#core/run/step.ts';
import { mayWait } from '../tools/discover.ts';
import { formatErrorMark, type Tool, type ToolAnswer } from '../tools/tool.ts';
import { type Observation, resultBlock, type ToolUse } from './blocks.ts';
import type { Outcome } from './outcome.ts';

export type Acted =
  | { readonly type: 'observed'; readonly results: readonly Block[] }
  | { readonly type: 'ended'; readonly outcome: Outcome };

/** The answer to a call whose result was lost with its sandbox. `effective`: its effect on files may have been kept. */
export function interrupted(effective: boolean): Observation {
  const state = effective
    ? 'Whether it had an effect is unknown: look before you repeat it.'
    : 'The files are as they were before it.';
  return { text: `Interrupted: the sandbox ended before this call was answered. ${state}`, isError: true };
}

/** The answers to calls of a turn that ran into the output limit; the last of them may be half a call. */
export const cutOff: Observation = {
  text: 'Your answer reached the output limit and was cut off, so nothing of it was run. Write in smaller pieces: one file at a time, long files in several edits, documents without repetition.',
  isError: true,
};

/** Its result comes in another attempt, so it must be the only one that is open. */
const alone = ({ name, input }: ToolUse) => name === 'ask' || (name === 'discover' && mayWait(input));

const handsIn = ({ name }: ToolUse) => name.startsWith('submit_');

const notYet = ({ name }: ToolUse): ToolAnswer => ({
  observed: {
    text: `Not handed in: a call before it in this turn failed. Look at that first, then call ${name} again.`,
    isError: true,
  },
});

/** Tools that only read; several of them in one turn run at once. */
const readers = new Set(['read', 'search', 'recall']);

export async function act(tools: readonly Tool[], uses: readonly ToolUse[]): Promise<Acted> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const call = (use: ToolUse): Promise<ToolAnswer> => callOne(byName, use, uses.length);
  if (uses.length > 1 && uses.every(({ name }) => readers.has(name))) {
    return collect(uses, await Promise.all(uses.map(call)));
  }
  const answers: ToolAnswer[] = [];
  for (const use of uses) {
    // What was to be handed in is not what the turn meant it to be.
    const stale = handsIn(use) && answers.some((one) => 'observed' in one && one.observed.isError);
    const answer = stale ? notYet(use) : await call(use);
    if ('outcome' in answer) return { type: 'ended', outcome: answer.outcome };
    answers.push(answer);
  }
  return collect(uses, answers);
}

async function callOne(
  tools: ReadonlyMap<string, Tool>,
  use: ToolUse,
  together: number,
): Promise<ToolAnswer> {
  const tool = tools.get(use.name);
  if (!tool) {
    const text = `${formatErrorMark}there is no tool ${use.name}. There are: ${[...tools.keys()].join(', ')}.`;
    return { observed: { text, isError: true } };
  }
  if (together > 1 && alone(use)) {
    const text = `Not done: call ${use.name} alone, when you have seen the results of the other calls.`;
    return { observed: { text, isError: true } };
  }
  return tool.call(use.input, use.id);
}

function collect(uses: readonly ToolUse[], answers: readonly ToolAnswer[]): Acted {
  const results: Block[] = [];
  for (const [index, answer] of answers.entries()) {
    if ('outcome' in answer) return { type: 'ended', outcome: answer.outcome };
    results.push(resultBlock(uses[index]?.id ?? '', answer.observed));
  }
  return { type: 'observed', results };
}
