import { openTrace, traced } from '#adapters/aws/tracing.ts';
import { streamed, streamingRuntime, whole } from '#adapters/lambda/stream.ts';
import { wire } from './wire.ts';

const trace = openTrace();
const app = wire(trace);
const runtime = streamingRuntime();

/** Until the answer begins; how long it streams, Lambda's own segment tells. The run is told by its token. */
const fetch = traced('gateway', async (request: Request) => app.fetch(request), { about: () => ({}), trace });

/** A request of a sandbox, through a REST API whose integration streams the answer. */
export const handler = runtime ? streamed({ fetch }, runtime) : whole({ fetch });
