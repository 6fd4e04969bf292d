import { z } from 'zod';
import type { EventView } from '#core/api/views.ts';
import { type DomainEvent, parseEvent } from '#core/events/catalogue.ts';

/** An event's tokens never leave the platform, but its schema asks for them. */
const noTokens = { token: '', tokens: [] };

/** The event with its data by the catalogue; undefined for one that this version does not know. */
export function knownEvent(view: EventView): DomainEvent | undefined {
  const data = { ...noTokens, ...view.data };
  try {
    return parseEvent({ correlationId: view.ticketId ?? view.projectId, causationId: null, ...view, data });
  } catch (error) {
    if (error instanceof z.ZodError) return undefined;
    throw error;
  }
}
