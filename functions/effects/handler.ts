import { traced } from '#adapters/aws/tracing.ts';
import { wire } from './wire.ts';

const consume = traced('effects', wire());

/** A batch of doorbells; answers which of them are to come again. */
export const handler = (batch: unknown) => consume(batch);
