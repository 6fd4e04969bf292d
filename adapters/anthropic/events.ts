/** Server-sent events, cut at their borders without changing a byte. */

export interface StreamEvent {
  /** The `event:` field; the Messages API repeats it as `type` in the data. */
  readonly name: string;
  readonly data: string;
  /** The event as it came, its empty line included. */
  readonly bytes: Uint8Array;
}

/** Takes a stream piece by piece. */
export interface EventSplitter {
  /** The events that this piece completes. */
  push(piece: Uint8Array): StreamEvent[];
  /** What came after the last complete event. */
  rest(): Uint8Array;
}

/** Cuts a stream into events, whatever pieces it comes in. Lines end in LF or CRLF. */
export function createEventSplitter(): EventSplitter {
  let pending: Buffer = Buffer.alloc(0);
  return {
    push: (piece) => {
      // A border may lie across two pieces: three bytes back is where its beginning can be at the earliest.
      let from = Math.max(0, pending.length - 3);
      pending = pending.length === 0 ? Buffer.from(piece) : Buffer.concat([pending, piece]);
      const events: StreamEvent[] = [];
      for (let end = borderAfter(pending, from); end > 0; end = borderAfter(pending, from)) {
        events.push(parsed(pending.subarray(0, end)));
        pending = pending.subarray(end);
        from = 0;
      }
      return events;
    },
    rest: () => pending,
  };
}

/** Where the first event ends, its empty line included; 0 when it is not complete. */
function borderAfter(bytes: Buffer, from: number): number {
  const ends = [
    ['\n\n', 2],
    ['\r\n\r\n', 4],
  ] as const;
  const found = ends.flatMap(([mark, length]) => {
    const at = bytes.indexOf(mark, from);
    return at < 0 ? [] : [at + length];
  });
  return found.length === 0 ? 0 : Math.min(...found);
}

function parsed(bytes: Buffer): StreamEvent {
  const fields = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => /^([a-z]+): ?(.*)$/s.exec(line));
  const valuesOf = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  return { name: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n'), bytes };
}
