import { traced } from '#adapters/aws/tracing.ts';
import { wire } from './wire.ts';

const steps = traced('steps', wire());

/** A Task state's call, or one of `effects`: `{step, key, …}` in, small JSON out. An error's class is its ASL name. */
export const handler = (input: unknown) => steps(input);
