/**
 * Tells when an agent goes in circles, from its journal alone. Each pattern has a name that the nudge tells the model
 * and that people see when the run ends.
 */
import { createHash } from 'node:crypto';
import { canonical } from '#core/spec/document.ts';
import { texts } from './blocks.ts';
import type { Turn } from './history.ts';

/** How often before it is a circle and not a second try; figures that worked for others. */
export const limits = { sameObservation: 4, sameError: 3, alternating: 6, silent: 3 } as const;

export type Pattern = 'same-action' | 'same-error' | 'back-and-forth' | 'no-action';

/** Every nudge begins with this; it is how the journal tells that one was given. */
export const nudgeMark = '[OmoiOS noticed: ';

const advice: Record<Pattern, string> = {
  'same-action':
    'the same action gave the same result four times. It will not change. Look at the cause from another side.',
  'same-error':
    'the same action failed in the same way three times. Do not repeat it: read the error, check your assumption, do something else.',
  'back-and-forth':
    'you alternate between two actions that change nothing. Decide what you want to find out, and try a third way.',
  'no-action':
    'you have called no tool for three turns. Work happens by tools only; when you are done, submit.',
};

/** `tools`: those of the role; nobody is told to call another. */
export function nudgeFor(pattern: Pattern, tools: readonly { readonly name: string }[]): string {
  const has = (wanted: string) => tools.some(({ name }) => name === wanted);
  const ways = [
    ...(has('ask') ? ['ask a question'] : []),
    ...(has('cannot_test') ? ['call cannot_test where the work itself does not build'] : []),
    'submit what is done',
  ];
  return `${nudgeMark}${pattern}] ${advice[pattern]} If you cannot go on, ${ways.join(' or ')}.`;
}

/** A nudge holds for this many turns; one that is older has done its work. */
const nudgeHolds = 20;

/** `nudge` the first time, `end` when the agent goes on in circles after it. */
export type StuckVerdict = { readonly type: 'nudge' | 'end'; readonly pattern: Pattern } | null;

/** Looks at the turns since the last nudge. */
export function judgeTurns(turns: readonly Turn[]): StuckVerdict {
  const nudged = turns.findLastIndex((turn) => texts(turn.reply).some((text) => text.startsWith(nudgeMark)));
  const pattern = circle(turns.slice(nudged + 1));
  if (pattern === null) return null;
  const fresh = nudged >= 0 && turns.length - nudged <= nudgeHolds;
  return { type: fresh ? 'end' : 'nudge', pattern };
}

function circle(turns: readonly Turn[]): Pattern | null {
  const signs = turns.map(signOf);
  const last = (count: number) => (signs.length >= count ? signs.slice(-count) : null);
  const same = <T>(values: readonly T[] | undefined) =>
    values?.every((value) => value === values[0]) ?? false;
  const acting = (some: readonly Sign[] | null): some is readonly Sign[] =>
    some?.every((sign) => sign.acts) ?? false;

  if (last(limits.silent)?.every((sign) => !sign.acts)) return 'no-action';
  const errors = last(limits.sameError);
  if (acting(errors) && errors.every((sign) => sign.failed) && same(errors.map((sign) => sign.action)))
    return 'same-error';
  const repeats = last(limits.sameObservation);
  if (acting(repeats) && same(repeats.map((sign) => sign.all))) return 'same-action';
  const pairs = last(limits.alternating);
  if (acting(pairs)) {
    const [even, odd] = [0, 1].map((rest) =>
      pairs.filter((_, index) => index % 2 === rest).map((sign) => sign.all),
    );
    if (same(even) && same(odd)) return 'back-and-forth';
  }
  return null;
}

interface Sign {
  readonly acts: boolean;
  readonly failed: boolean;
  readonly action: string;
  /** Action and observation. */
  readonly all: string;
}

function signOf({ calls }: Turn): Sign {
  const action = calls.map(({ use }) => `${use.name} ${canonical(use.input)}`).join('\n');
  const seen = calls.map(({ result }) => result.replace(/\b\d+(?:\.\d+)?\s?m?s\b/g, '')).join('\n');
  const all = createHash('sha256').update(`${action}\n\n${seen}`).digest('hex');
  return {
    acts: calls.length > 0,
    failed: calls.length > 0 && calls.every(({ isError }) => isError),
    action,
    all,
  };
}
