import { wire } from './wire.ts';

const connect = wire();

/** `$connect`, `$disconnect` and `$default` of the WebSocket API. */
export const handler = (event: unknown) => connect(event);
