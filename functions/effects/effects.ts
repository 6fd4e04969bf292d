/**
 * What events do to the world: the consumers `workflow`, `sandbox` and `scheduler` of the catalogue.
 *
 * Each effect may run twice (delivery is at least once) and writes only through steps, which remember their keys.
 */
import type { Consumer, LoggedEvent } from '#core/events/catalogue.ts';
import type { TicketId } from '#core/id.ts';
import type { EffectDeps } from './deps.ts';
import { sandboxEffect } from './sandbox.ts';
import { workflowEffect } from './workflow.ts';

export interface Effects {
  /** Delivers an event to one of its consumers; others than the three named above are not handled here. */
  handle(consumer: Consumer, event: LoggedEvent): Promise<void>;
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
