import { traced } from '#adapters/aws/tracing.ts';
import { wire } from './wire.ts';

const forge = traced('forge', wire());

/** A Task state's call, or one of the API: `{step, …}` in, small JSON out. An error's class is its ASL name. */
export const handler = (input: unknown) => forge(input);
