/** What is measured, of whichever make. */
export interface Queue {
  readonly name: string;
  /** Whether it keeps each project within its slots. */
  readonly limits: boolean;
  /** Stores so many; two in a hundred can be claimed, half is done, the rest waits. */
  store(count: number): Promise<void>;
  /** Claims at most so many; their ids. */
  claim(most: number): Promise<string[]>;
  /** Ends the work on all of these and puts them at the end of the queue. */
  putBack(ids: readonly string[]): Promise<void>;
  /** Clears away what earlier claims left behind, as the server does by itself from time to time. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}

/** Of this many stored, half are done, four can be claimed, and the rest cannot yet. */
export const group = { size: 200, done: 100, ready: 4 };

/** The tasks are those of so many projects, evenly. */
export const projects = 10;
/** How many of a project may be at work at once: the product's default. So many that no claim of a window is refused. */
export const projectSlots = 16;

/** For idle connections: a server that stops before a closing one is gone tells it so, which would end the process. */
export const ignore = (): void => {};

/** What can be claimed is of so many priorities, evenly. */
export const priorities = 4;

/**
 * Who sends the claims: each worker its own, or one sender for all, who claims for as many as wait while the claim
 * before is under way.
 */
export type Manner = 'each' | 'together';

/** One of them in one manner, as the figures name it; alone there is no difference. */
export const label = (name: string, manner: Manner, workers: number): string =>
  workers === 1
    ? name
    : `${name}, ${manner === 'each' ? 'a claim for each worker' : 'a claim for all who wait'}`;

/** One worker's claim in that manner. Who gets nothing asks again at once, before all others. */
export function claiming(queue: Queue, manner: Manner): () => Promise<string> {
  if (manner === 'each')
    return async () => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const [id] = await queue.claim(1);
        if (id !== undefined) return id;
      }
      throw nothing(queue);
    };
  const asked: Waiting[] = [];
  let under = false;
  const send = async () => {
    under = true;
    let tries = 0;
    while (asked.length > 0) {
      const served = asked.splice(0);
      try {
        const ids = await queue.claim(served.length);
        tries = ids.length > 0 ? 0 : tries + 1;
        if (tries === maxTries) throw nothing(queue);
        for (const id of ids) served.shift()?.resolve(id);
        asked.unshift(...served);
      } catch (error) {
        for (const { reject } of served) reject(error);
      }
    }
    under = false;
  };
  return () =>
    new Promise((resolve, reject) => {
      asked.push({ resolve, reject });
      if (!under) void send();
    });
}

/** What others lock at that moment may be all there is; so many times in a row it is a fault. */
const maxTries = 10_000;

interface Waiting {
  readonly resolve: (id: string) => void;
  readonly reject: (error: unknown) => void;
}

const nothing = ({ name }: Queue): Error => new Error(`${name}: nothing could be claimed.`);
