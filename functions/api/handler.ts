import { handle } from 'hono/aws-lambda';
import { aboutPath, traced } from '#adapters/aws/tracing.ts';
import { wire } from './wire.ts';

/** A request of a person or a program, through the HTTP API. */
export const handler = traced('api', handle(wire()), {
  about: (event) => aboutPath('rawPath' in event ? event.rawPath : event.path),
});
