import { wire } from './wire.ts';

const relay = wire();

/** One event of the bus. EventBridge calls again when it throws. */
export const handler = (event: unknown) => relay(event);
