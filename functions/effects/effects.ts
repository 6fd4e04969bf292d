/**
 * What events do to the world: the consumers `workflow`, `sandbox`, `scheduler` and `queue` of the catalogue.
 *
 * Each effect may run twice (delivery is at least once) and writes only through steps, which remember their keys.
 */
import type { Consumer, LoggedEvent } from '#core/events/catalogue.ts';
import type { TicketId } from '#core/id.ts';
import type { EffectDeps } from './deps.ts';
import { sandboxEffect } from './sandbox.ts';
import { workflowEffect } from './workflow.ts';

export interface Effects {
  /** Delivers an event to one of its consumers; others than the four named above are not handled here. */
  handle(consumer: Consumer, event: LoggedEvent): Promise<void>;
}

export function createEffects(deps: EffectDeps): Effects {
  const schedule = serialRing(deps, 'execution.schedule');
  const knock = serialRing(deps, 'queue.ring');
  return {
    async handle(consumer, event) {
      switch (consumer) {
        case 'workflow':
          return workflowEffect(deps, event);
        case 'sandbox':
          return sandboxEffect(deps, event);
        case 'scheduler':
          return ring(deps, event, schedule);
        case 'queue':
          // Ends of agents' runs mean nothing to it.
          if (event.ticketId === null || (event.type === 'run.ended.v1' && event.data.role !== 'verifier'))
            return;
          return knock(event.ticketId, event.id);
        case 'console':
        case 'audit':
          return;
        default:
          return consumer satisfies never;
      }
    },
  };
}

type Schedule = (ticketId: TicketId, key: string) => Promise<void>;

/** A project's event (its limits may have changed) concerns each of its tickets. */
async function ring(deps: EffectDeps, event: LoggedEvent, schedule: Schedule): Promise<void> {
  if (event.ticketId !== null) return schedule(event.ticketId, event.id);
  const { projectId } = event;
  // The newest 200: more do not fit any installation's limits.
  const tickets = await deps.store.view.tickets.list({
    projectId,
    status: ['running', 'waiting'],
    limit: 200,
  });
  for (const { id, executionToken } of tickets)
    if (executionToken !== null) await schedule(id, `${event.id}/${id}`);
}

/** Two looks at one graph, or one queue, at once would only make one of them read again. */
function serialRing({ steps }: EffectDeps, step: 'execution.schedule' | 'queue.ring'): Schedule {
  const tails = new Map<TicketId, Promise<unknown>>();
  return async (ticketId, key) => {
    const look = () => steps({ step, key: `${key}/${step}`, ticketId });
    const tail = (tails.get(ticketId) ?? Promise.resolve()).then(look, look);
    tails.set(ticketId, tail);
    await tail.finally(() => {
      if (tails.get(ticketId) === tail) tails.delete(ticketId);
    });
  };
}
