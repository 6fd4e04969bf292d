import { useState } from 'react';
import type { EventView } from '#core/api/views.ts';
import { Button, Empty } from '../../../ui/basics.tsx';
import { Time } from '../../../ui/time.tsx';
import { sentenceOf } from '../sentence.ts';

/** Shown at first; the rest of a long story is one press away. */
const shown = 40;

/** What happened, newest first, in sentences. */
export function Feed({ events }: { readonly events: readonly EventView[] }) {
  const [all, setAll] = useState(false);
  const told = events
    .map((event) => ({ event, ...sentenceOf(event) }))
    .filter(({ weight }) => weight !== 'quiet')
    .reverse();
  if (told.length === 0)
    return <Empty title="Nothing has happened yet.">The first event comes within seconds.</Empty>;
  return (
    <>
      <ol className="feed">
        {(all ? told : told.slice(0, shown)).map(({ event, text, weight }) => (
          <li key={event.id} className={weight}>
            <span className="feed-text">{text}</span>
            <Time at={event.occurredAt} />
          </li>
        ))}
      </ol>
      {told.length > shown && !all ? (
        <Button kind="ghost" onClick={() => setAll(true)}>
          Show {told.length - shown} earlier
        </Button>
      ) : null}
    </>
  );
}
