/** All that can end a run before the model is asked again, looked at in one place. */
import { modelOf, priceOf } from '#core/agent/models.ts';
import { cost, usd } from '#core/cost/ledger.ts';
import type { Micros } from '#core/id.ts';
import type { Limits } from '#core/run/protocol.ts';
import type { EndReason } from '#core/run/run.ts';
import type { StepBody } from '#core/run/step.ts';
import { formatErrorMark } from '../tools/tool.ts';
import { callsMade, currentContext, turnsOf } from './history.ts';
import { judgeTurns, type Pattern } from './stuck.ts';

export type LimitVerdict =
  | { readonly type: 'go' }
  | { readonly type: 'nudge'; readonly pattern: Pattern }
  | { readonly type: 'fresh-context' }
  | { readonly type: 'end'; readonly reason: EndReason; readonly message: string };

/** A model that cannot form a call three times in a row will not the fourth time. */
const maxFormatErrors = 3;

export function judgeLimits(
  journal: readonly StepBody[],
  limits: Limits,
  minutes: number,
  model: string,
): LimitVerdict {
  const calls = callsMade(journal);
  if (calls >= limits.turns) return end('turn-limit', `It used all of its ${limits.turns} turns.`);
  if (minutes >= limits.minutes) return end('time-limit', `It worked for ${limits.minutes} minutes.`);
  if (limits.micros !== undefined && spent(journal, model) >= limits.micros)
    return end('money-limit', `It spent its share of the ticket's budget, $${usd(limits.micros)}.`);
  const turns = turnsOf(journal);
  const wrong = turns.slice(-maxFormatErrors - 1);
  const isWrong = wrong.map(
    ({ calls }) => calls.length > 0 && calls.every((call) => call.result.startsWith(formatErrorMark)),
  );
  if (wrong.length > maxFormatErrors && isWrong.every(Boolean)) {
    return end(
      'format-errors',
      `It called tools wrongly ${wrong.length} times in a row: ${wrong.at(-1)?.calls[0]?.result ?? ''}`,
    );
  }
  const stuck = judgeTurns(turns);
  if (stuck?.type === 'end') {
    const reason = stuck.pattern === 'no-action' ? 'no-submission' : 'stuck';
    return end(reason, `It went in circles (${stuck.pattern}), and a nudge did not help.`);
  }
  if (contextTokens(journal) >= limits.contextTokens) return { type: 'fresh-context' };
  return stuck ? { type: 'nudge', pattern: stuck.pattern } : { type: 'go' };
}

function end(reason: EndReason, message: string): LimitVerdict {
  return { type: 'end', reason, message };
}

/** How long the context has become: what the last answer of it read and wrote. */
function contextTokens(journal: readonly StepBody[]): number {
  const last = currentContext(journal).findLast((body) => body.kind === 'assistant');
  if (last?.kind !== 'assistant') return 0;
  const { input, output, cacheRead, cacheWrite } = last.usage;
  return input + output + cacheRead + cacheWrite;
}

/** What its answers cost so far, by what they say they used. */
function spent(journal: readonly StepBody[], model: string): Micros {
  const known = modelOf(model);
  return journal.reduce((sum, body) => {
    if (body.kind !== 'assistant') return sum;
    const { input, cacheRead, cacheWrite } = body.usage;
    return sum + cost(body.usage, priceOf(known, input + cacheRead + cacheWrite));
  }, 0);
}

/** Told to the model when few turns are left, so that it hands in what it has. */
export function turnsLeft(journal: readonly StepBody[], limits: Limits): string | null {
  const left = limits.turns - callsMade(journal);
  return left === 5 ? `[OmoiOS: ${left} turns are left. Finish, and submit what is done.]` : null;
}
