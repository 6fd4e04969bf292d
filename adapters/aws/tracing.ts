/**
 * What a call is about, in its trace: a subsegment of Lambda's own segment with the ids that people search traces by.
 * Apart from the telemetry that every function has: X-Ray's SDK is 105 kB that not every bundle has room for.
 */
import { Tracer } from '@aws-lambda-powertools/tracer';
import { z } from 'zod';

/** Annotations are indexed and are for searching: ids and names, never a text, a token or a key. */
const About = z.looseObject({
  step: z.string().optional(),
  ticketId: z.string().optional(),
  runId: z.string().optional(),
});

/** Who makes a subsegment; closed over, so that calls that come at once do not share one. */
export type Trace = Pick<
  Tracer,
  | 'isTracingEnabled'
  | 'getSegment'
  | 'setSegment'
  | 'putAnnotation'
  | 'annotateColdStart'
  | 'addServiceNameAnnotation'
  | 'addErrorAsMetadata'
>;

/**
 * The same function, traced: step, ticket and run of its input, whether the start was cold, and the error that it threw.
 * Outside of Lambda, and with `POWERTOOLS_TRACE_ENABLED=false`, nothing is added.
 */
export function traced<I, O>(
  name: string,
  act: (input: I) => Promise<O>,
  // Calls of the SDK are not patched: what they took is in the journal and in the services' own metrics.
  tracer: Trace = new Tracer({ captureHTTPsRequests: false }),
): (input: I) => Promise<O> {
  if (!tracer.isTracingEnabled()) return act;
  return async (input) => {
    const parent = tracer.getSegment();
    if (parent === undefined) return act(input);
    const own = parent.addNewSubsegment(`## ${name}`);
    tracer.setSegment(own);
    tracer.annotateColdStart();
    tracer.addServiceNameAnnotation();
    for (const [key, value] of Object.entries(aboutOf(input))) tracer.putAnnotation(key, value);
    try {
      return await act(input);
    } catch (error) {
      if (error instanceof Error) tracer.addErrorAsMetadata(error);
      throw error;
    } finally {
      own.close();
      tracer.setSegment(parent);
    }
  };
}

function aboutOf(input: unknown): Record<string, string> {
  const { step, ticketId, runId } = About.safeParse(input).data ?? {};
  return { ...(step && { step }), ...(ticketId && { ticketId }), ...(runId && { runId }) };
}
