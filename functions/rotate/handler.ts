import { wire } from './wire.ts';

const rotate = wire();

/** One step of a rotation. Secrets Manager calls again when it throws. */
export const handler = (event: unknown) => rotate(event);
