/**
 * Bytes of one answer on their way to whoever asks for it: now, in the middle, or after a connection was lost. The
 * answer goes on arriving when nobody listens.
 */
import { setImmediate } from 'node:timers/promises';

export interface Relay {
  push(bytes: Uint8Array): void;
  /** Nothing more comes; the answer is whole. */
  end(): void;
  /** Nothing more comes; the answer is not whole, so listeners are cut off. */
  cut(): void;
  /** The answer from its first byte on. Cut, it calls `hangUp`; without one the stream itself errors. */
  stream(hangUp?: () => void): ReadableStream<Uint8Array>;
}

/** An empty relay. */
export function createRelay(): Relay {
  const pieces: Uint8Array[] = [];
  let state: 'open' | 'ended' | 'cut' = 'open';
  let wake: () => void = () => undefined;
  let news = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const tell = () => {
    wake();
    news = new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const close = (how: 'ended' | 'cut') => {
    state = how;
    tell();
  };
  /** Passes on what is there from piece `at`, or what comes next; gives the number of the piece after. */
  const pull = async (
    at: number,
    controller: ReadableStreamDefaultController<Uint8Array>,
    hangUp: (() => void) | undefined,
  ): Promise<number> => {
    while (at >= pieces.length && state === 'open') await news;
    // A turn of the loop: hundreds of small events that come at once leave at once, in one write.
    await setImmediate();
    const ready = pieces.slice(at);
    if (ready.length > 0) controller.enqueue(Buffer.concat(ready));
    else if (state === 'cut' && hangUp) hangUp();
    else if (state === 'cut') controller.error(new Error('The model broke off in the middle of its answer.'));
    else controller.close();
    return at + ready.length;
  };
  return {
    push: (bytes) => {
      // A piece without bytes would be taken for the end of a chunked body by some clients.
      if (bytes.length === 0) return;
      pieces.push(bytes);
      tell();
    },
    end: () => close('ended'),
    cut: () => close('cut'),
    stream: (hangUp) => {
      let next = 0;
      return new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          next = await pull(next, controller, hangUp);
        },
      });
    },
  };
}
