/**
 * One sandbox started ahead of its run: Node and the harness's bundle take a third of a second to be ready, and a ticket
 * has dozens of runs, one after the other. It belongs to nobody until it is told its run, and knows no secret before.
 *
 * While no run is live there is none: the last one leaves a moment after the last run.
 */

/** How a spare one is made and ended. */
export interface SpareOptions<T> {
  readonly start: () => Promise<T>;
  /** Whether it still waits for its run. */
  readonly isAlive: (one: T) => boolean;
  readonly end: (one: T) => Promise<void>;
  /** Says why none could be made; the next launch then starts its own. */
  readonly failed: (error: unknown) => void;
  /** How long one waits after the last run; between two phases there is a moment without any. 3 s unless told. */
  readonly restMs?: number;
}

/** Keeps one ready. */
export interface Spare<T> {
  /** Hands it over; null when there is none. */
  take(): Promise<T | null>;
  /** A run has begun: another will come. */
  prepare(): void;
  /** No run is live. */
  rest(): void;
  close(): Promise<void>;
}

/** The run that has just begun loads its own harness first. */
const afterMs = 300;
const usualRestMs = 3000;

/** Nothing is started before the first `prepare`. */
export function createSpare<T>({ start, isAlive, end, failed, restMs }: SpareOptions<T>): Spare<T> {
  let ready: Promise<T | null> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const later = (act: () => unknown, ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
    timer.unref();
  };
  const begin = () => {
    ready ??= start().catch((error: unknown) => {
      failed(error);
      return null;
    });
  };
  const take = async () => {
    const taken = ready;
    ready = null;
    const one = await taken;
    if (one === null || isAlive(one)) return one;
    await end(one);
    return null;
  };
  const leave = async () => {
    const one = await take();
    if (one !== null) await end(one);
  };
  return {
    take,
    prepare() {
      if (!closed) later(begin, afterMs);
    },
    rest() {
      if (!closed) later(() => leave().catch(failed), restMs ?? usualRestMs);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await leave();
    },
  };
}
