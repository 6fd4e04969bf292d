import { wire } from './wire.ts';

const consume = wire();

/** A batch of doorbells; answers which of them are to come again. */
export const handler = (batch: unknown) => consume(batch);
