import { wire } from './wire.ts';

const { authorize, answer } = wire();

/** The HTTP API's authorizer, payload 2.0, simple answers; and the API's own calls about the table, which have a `step`. */
export const handler = (event: object) => ('step' in event ? answer(event) : authorize(event));
