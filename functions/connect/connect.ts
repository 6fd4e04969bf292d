/** WebSockets come and go: who may listen, and where to. */
import { z } from 'zod';
import type { People } from '#adapters/cognito/people.ts';
import type { Connections } from '#adapters/dynamodb/connections.ts';
import { type Clock, TicketId } from '#core/id.ts';

/** What the WebSocket API hands over. Browsers can set no header, so the credential comes in the query. */
const Event = z.looseObject({
  requestContext: z.looseObject({ routeKey: z.string(), connectionId: z.string() }),
  queryStringParameters: z
    .looseObject({ token: z.string().optional(), ticket: TicketId.optional() })
    .nullish()
    .transform((query) => query ?? {}),
});

export interface ConnectDeps {
  readonly people: People;
  readonly connections: Pick<Connections, 'add' | 'remove'>;
  readonly clock: Clock;
}

/** Answers `$connect` with 200 or 401, forgets on `$disconnect`, and lets every message pass: clients say nothing. */
export function createConnect({ people, connections, clock }: ConnectDeps) {
  return async (raw: unknown): Promise<{ readonly statusCode: number }> => {
    const { requestContext, queryStringParameters } = Event.parse(raw);
    const { routeKey, connectionId: id } = requestContext;
    if (routeKey === '$disconnect') await connections.remove(id);
    if (routeKey !== '$connect') return { statusCode: 200 };
    const { token, ticket = null } = queryStringParameters;
    const person = token === undefined ? null : await people.who(token);
    if (!person) return { statusCode: 401 };
    await connections.add({ id, actor: person.actor, ticket }, clock());
    return { statusCode: 200 };
  };
}
