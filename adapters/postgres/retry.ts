import { z } from 'zod';

/** SQLSTATEs after which the same transaction, tried again, can succeed. */
const worthARetry: ReadonlyMap<string, string> = new Map([
  ['40001', 'serialization_failure: a concurrent transaction won'],
  ['40P01', 'deadlock_detected: Postgres rolled this one back so that the other could go on'],
]);

/** A transaction that lost five times in a row meets more than chance. */
const tries = 5;
/** The first pause, in milliseconds; doubles each time. A transaction of ours takes a few. */
const firstPause = 5;

const state = z.object({ code: z.string() });

/** The SQLSTATE of a driver's error, or null when it is another kind of error. */
export function sqlState(error: unknown): string | null {
  const parsed = error instanceof Error ? state.safeParse(error) : undefined;
  return parsed?.success === true ? parsed.data.code : null;
}

/** Runs a transaction, again where its SQLSTATE says that this helps. */
export async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === tries || !worthARetry.has(sqlState(error) ?? '')) throw error;
      // Half of the pause is random, so that two that met do not meet again.
      const pause = firstPause * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
