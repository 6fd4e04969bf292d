import { traced } from '#adapters/aws/tracing.ts';
import { wire } from './wire.ts';

const monitor = traced('reconcile', wire());

/** A Task state's call of the monitor machine: `{step, execution, startedAt}` in, `{active}` out. */
export const handler = (input: unknown) => monitor(input);
