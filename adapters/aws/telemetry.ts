/** Logs, metrics and traces of a function, thinly: what is logged is for people, what is counted is for alarms. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Data beside a message; never a token, a key or a body. */
export type Data = Readonly<Record<string, unknown>>;

/** What a function says of itself. */
export interface Telemetry {
  readonly log: (level: 'info' | 'warn' | 'error', message: string, data?: Data) => void;
  /** Counts one; an alarm may look at the sum. */
  readonly count: (name: string) => void;
}

/** Service, namespace and level come from the environment (`POWERTOOLS_…`). Traces are Lambda's own (active tracing), and those of tracing.ts. */
export function openTelemetry(): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics();
  return {
    log: (level, message, data = {}) => logger[level](message, plain(data)),
    count: (name) => {
      metrics.addMetric(name, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
  };
}

/** Errors as text, so that whatever hangs on them (requests, headers) stays out of the log. */
function plain(data: Data): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );
}
