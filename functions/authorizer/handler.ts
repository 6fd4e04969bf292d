import { wire } from './wire.ts';

const { authorize, keys } = wire();

/** The HTTP API's authorizer, payload 2.0, simple answers; and the API's own calls about keys, which have a `step`. */
export const handler = (event: object) => ('step' in event ? keys(event) : authorize(event));
