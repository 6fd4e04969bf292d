/**
 * What events do to the world: the consumers `workflow`, `sandbox` and `scheduler` of the catalogue.
 *
 * Each effect may run twice (delivery is at least once) and writes only through steps, which remember their keys.
 */
import type { Consumer, LoggedEvent } from '#core/events/catalogue.ts';
import type { TicketId } from '#core/id.ts';
import type { EffectDeps } from './deps.ts';
import { reconcileRuns, sandboxEffect, sandboxExited } from './sandbox.ts';
import { workflowEffect } from './workflow.ts';

export interface Effects {
  /** Delivers an event to one of its consumers; others than the three named above are not handled here. */
  handle(consumer: Consumer, event: LoggedEvent): Promise<void>;
  /**
   * Finds live runs whose sandbox is gone and gates that nobody decided in time. For the start of a host, and every
   * 20 seconds or so while it returns live runs: nothing needs it while there are none.
   */
  reconcile(): Promise<{ readonly live: number }>;
  /** For a host that sees its sandboxes end: the same without waiting for a lease. */
  exited(handle: string): Promise<void>;
}

export function createEffects(deps: EffectDeps): Effects {
  const schedule = serialSchedule(deps);
  return {
    async handle(consumer, event) {
      switch (consumer) {
        case 'workflow':
          return workflowEffect(deps, event);
        case 'sandbox':
          return sandboxEffect(deps, event);
        case 'scheduler':
          return event.ticketId === null ? undefined : schedule(event.ticketId, event.id);
        case 'console':
        case 'audit':
          return;
        default:
          return consumer satisfies never;
      }
    },
    async reconcile() {
      for (const gate of await deps.store.view.gates.due(deps.clock()))
        await deps.steps({ step: 'gate.expire', key: `expire/${gate.id}`, gateId: gate.id });
      return { live: await reconcileRuns(deps) };
    },
    exited: (handle) => sandboxExited(deps, handle),
  };
}

/** Two looks at one graph at once would only make one of them read again. */
function serialSchedule({ steps }: EffectDeps): (ticketId: TicketId, key: string) => Promise<void> {
  const tails = new Map<TicketId, Promise<unknown>>();
  return async (ticketId, key) => {
    const look = () => steps({ step: 'execution.schedule', key: `${key}/schedule`, ticketId });
    const tail = (tails.get(ticketId) ?? Promise.resolve()).then(look, look);
    tails.set(ticketId, tail);
    await tail.finally(() => {
      if (tails.get(ticketId) === tail) tails.delete(ticketId);
    });
  };
}
