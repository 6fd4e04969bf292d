/**
 * Every Task state of the state machines, and the few acts that effects of events need: a table of verbs.
 *
 * A step is one transaction. Its answer is stored under its key in that transaction, so that a repetition answers the
 * same and changes nothing.
 */
import { z } from 'zod';
import { InvalidInput, KeyReused, VersionConflict } from '#core/errors.ts';
import { canonical } from '#core/spec/document.ts';
import { askSteps } from './ask.ts';
import { baselineSteps } from './baseline.ts';
import { claimSlots, together } from './claim.ts';
import { deliverySteps } from './delivery.ts';
import type { Answer, Step, StepDeps } from './desk.ts';
import { diagnosisSteps } from './diagnosis.ts';
import { discoveryActs } from './discovery.ts';
import { evaluateSteps } from './evaluate.ts';
import { executionActs, executionSteps } from './execution.ts';
import { gateActs, gateSteps } from './gate.ts';
import { heardActs } from './heard.ts';
import { integrateSteps } from './integrate.ts';
import { phaseSteps } from './phase.ts';
import { proveSteps } from './prove.ts';
import { queueActs, queueSteps } from './queue.ts';
import { runActs, runSteps } from './run.ts';
import { taskSteps } from './task.ts';
import { ticketActs, ticketSteps } from './ticket.ts';
import { upstreamSteps } from './upstream.ts';

/** What the state machines call, by verb. */
export const verbs: Readonly<Record<string, Step>> = {
  ...ticketSteps,
  ...phaseSteps,
  ...evaluateSteps,
  ...baselineSteps,
  ...gateSteps,
  ...runSteps,
  ...executionSteps,
  ...taskSteps,
  ...proveSteps,
  ...queueSteps,
  ...integrateSteps,
  ...askSteps,
  ...upstreamSteps,
  ...deliverySteps,
  ...diagnosisSteps,
};

/** What only the effects of events call. */
export const acts: Readonly<Record<string, Step>> = {
  ...ticketActs,
  ...runActs,
  ...gateActs,
  ...executionActs,
  ...discoveryActs,
  ...heardActs,
  ...queueActs,
};

const Call = z.looseObject({
  step: z.string(),
  key: z.string().min(1).max(1000),
  token: z.string().optional(),
});

/** Two tasks that end at the same moment both move the ticket: the one that lost reads again. */
const tries = 5;

/** The one entrance: `{step, key, token?, …}` in, small JSON out. */
export function createSteps(deps: StepDeps): (input: unknown) => Promise<unknown> {
  const table = { ...verbs, ...acts };
  const claim = together(() => claimSlots(deps));
  return async (input) => {
    const call = Call.parse(input);
    const step = Object.hasOwn(table, call.step) ? table[call.step] : undefined;
    if (!step) throw new InvalidInput(`There is no step ${call.step}.`);
    for (let left = tries; ; left -= 1) {
      try {
        const answer = await once(deps, call, step);
        // After the look, whose transaction holds its graph; again for a repeated doorbell, which may come after a crash.
        if (call.step === 'execution.schedule') await claim();
        return answer;
      } catch (error) {
        if (!(error instanceof VersionConflict) || left <= 1) throw error;
      }
    }
  };
}

/**
 * A retried state comes with the same key and another token: the new one has to be registered, so it counts as another
 * call. Each step that takes a token is harmless when it is repeated.
 */
async function once(deps: StepDeps, call: z.infer<typeof Call>, step: Step): Promise<Answer> {
  const { store, clock, ...rest } = deps;
  const key = call.token === undefined ? call.key : `${call.key}#${deps.digest(call.token).slice(0, 16)}`;
  // What is only so at the moment of the call is no part of what was asked.
  const { now: _now, ...asked } = call;
  const digest = deps.digest(canonical(asked));
  return store.transaction(async (tx) => {
    const known = await tx.answers.get('step', key);
    if (known && known.digest !== digest)
      throw new KeyReused('The key of this step was used with another input.', { step: call.step, key });
    if (known) return z.record(z.string(), z.unknown()).parse(known.answer);
    const at = clock();
    const answer = await step(call, { ...rest, tx, at });
    await tx.answers.put('step', key, { digest, answer }, at);
    return answer;
  });
}
