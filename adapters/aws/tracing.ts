/** What a call is about, in its trace: a subsegment of Lambda's own segment with the ids that people search traces by. */
import { Tracer } from '@aws-lambda-powertools/tracer';
import { z } from 'zod';
import type { RunTokens } from '../tokens/run-tokens.ts';

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

/** The tracer of a process. Calls of the SDK are not patched: what they took is in the services' own metrics. */
export const openTrace = (): Trace => new Tracer({ captureHTTPsRequests: false });

/** Annotations by name, in what a call was given. */
type About<I> = (input: I) => Readonly<Record<string, string>>;

/**
 * The same function, traced: what its input is about, whether the start was cold, and the error that it threw. Outside of
 * Lambda, and with `POWERTOOLS_TRACE_ENABLED=false`, nothing is added.
 */
export function traced<I, R extends unknown[], O>(
  name: string,
  act: (input: I, ...rest: R) => Promise<O>,
  { about = aboutStep, trace = openTrace() }: { readonly about?: About<I>; readonly trace?: Trace } = {},
): (input: I, ...rest: R) => Promise<O> {
  if (!trace.isTracingEnabled()) return act;
  return async (input, ...rest) => {
    const parent = trace.getSegment();
    if (parent === undefined) return act(input, ...rest);
    const own = parent.addNewSubsegment(`## ${name}`);
    trace.setSegment(own);
    trace.annotateColdStart();
    trace.addServiceNameAnnotation();
    for (const [key, value] of Object.entries(about(input))) trace.putAnnotation(key, value);
    try {
      return await act(input, ...rest);
    } catch (error) {
      if (error instanceof Error) trace.addErrorAsMetadata(error);
      throw error;
    } finally {
      own.close();
      trace.setSegment(parent);
    }
  };
}

/** Step, ticket and run of a Task state's input. */
function aboutStep(input: unknown): Record<string, string> {
  const { step, ticketId, runId } = About.safeParse(input).data ?? {};
  return { ...(step && { step }), ...(ticketId && { ticketId }), ...(runId && { runId }) };
}

/** What a path names: the ticket, by id or by its name, and the run. */
export function aboutPath(path: string): Record<string, string> {
  const ticket = /\/tickets\/(?:(ticket_[0-9a-z]{26})|(TKT-\d{1,9}))(?=\/|$)/.exec(path);
  const run = /\/runs\/(run_[0-9a-z]{26})(?=\/|$)/.exec(path);
  return {
    ...(ticket?.[1] && { ticketId: ticket[1] }),
    ...(ticket?.[2] && { ticket: ticket[2] }),
    ...(run?.[1] && { runId: run[1] }),
  };
}

/** Run tokens whose runs are told as they are verified. */
export function tracedTokens({ sign, verify }: RunTokens, trace: Trace): RunTokens {
  if (!trace.isTracingEnabled()) return { sign, verify };
  return {
    sign,
    async verify(token, at) {
      const claims = await verify(token, at);
      trace.putAnnotation('runId', claims.runId);
      return claims;
    },
  };
}
