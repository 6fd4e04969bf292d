import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { handle } from 'hono/aws-lambda';
import { wire } from './wire.ts';

const { door, work } = wire();
const open = handle(door);

/** A delivery through the HTTP API, or a batch of those that were taken. */
export const handler = (event: LambdaEvent | { readonly Records: unknown }, context?: LambdaContext) =>
  'Records' in event ? work(event) : open(event, context);
