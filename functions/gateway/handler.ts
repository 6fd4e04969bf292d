import { streamed, streamingRuntime, whole } from '#adapters/lambda/stream.ts';
import { wire } from './wire.ts';

const app = wire();
const runtime = streamingRuntime();

/** A request of a sandbox, through a REST API whose integration streams the answer. */
export const handler = runtime ? streamed(app, runtime) : whole(app);
