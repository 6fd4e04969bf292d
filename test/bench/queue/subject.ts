/** What is measured, of whichever make. */
export interface Queue {
  readonly name: string;
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

/** One worker's claim in that manner. Throws when there was nothing. */
export function claiming(queue: Queue, manner: Manner): () => Promise<string> {
  const [sure, asked] = [(ids: readonly string[]) => one(queue.name, ids), [] as Waiting[]];
  if (manner === 'each') return async () => sure(await queue.claim(1));
  let under = false;
  const send = async () => {
    under = true;
    while (asked.length > 0) {
      const served = asked.splice(0);
      try {
        const ids = await queue.claim(served.length);
        for (const [place, { resolve }] of served.entries()) resolve(sure(ids.slice(place)));
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

interface Waiting {
  readonly resolve: (id: string) => void;
  readonly reject: (error: unknown) => void;
}

function one(name: string, [id]: readonly string[]): string {
  if (id === undefined) throw new Error(`${name}: nothing could be claimed.`);
  return id;
}
