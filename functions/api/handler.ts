import { handle } from 'hono/aws-lambda';
import { wire } from './wire.ts';

/** A request of a person or a program, through the HTTP API. */
export const handler = handle(wire());
