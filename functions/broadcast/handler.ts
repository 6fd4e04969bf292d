import { wire } from './wire.ts';

const broadcast = wire();

/** One event of the bus. EventBridge calls again when it throws; who has it already drops it by its cursor. */
export const handler = (event: unknown) => broadcast(event);
