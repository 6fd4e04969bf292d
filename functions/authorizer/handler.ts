import { wire } from './wire.ts';

const authorize = wire();

/** The HTTP API's authorizer, payload 2.0, simple answers. */
export const handler = (event: unknown) => authorize(event);
