import { useMemo, useState } from 'react';
import type { EventView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Button, Empty } from '../../../ui/basics.tsx';
import { Time } from '../../../ui/time.tsx';
import { placeOf, tasksOf } from '../place.ts';
import { sentenceOf } from '../sentence.ts';

/** Shown at first; the rest of a long story is one press away. */
const shown = 40;

interface Props {
  /** All of a ticket, oldest first: the task of a run is told by the events before. */
  readonly events: readonly EventView[];
  readonly base: string;
}

/** What happened, newest first, in sentences that lead to where it came from. */
export function Feed({ events, base }: Props) {
  const [all, setAll] = useState(false);
  const taskOf = useMemo(() => tasksOf(events), [events]);
  const told = events
    .map((event) => ({ event, place: placeOf(event), ...sentenceOf(event, taskOf(event)) }))
    .filter(({ weight }) => weight !== 'quiet')
    .reverse();
  if (told.length === 0)
    return <Empty title="Nothing has happened yet.">The first event comes within seconds.</Empty>;
  return (
    <>
      <ol className="feed">
        {(all ? told : told.slice(0, shown)).map(({ event, place, text, weight }) => (
          <li key={event.id} className={weight}>
            {place === null ? (
              <span className="feed-text">{text}</span>
            ) : (
              <Link href={`${base}/${place}`} className="feed-text">
                {text}
              </Link>
            )}
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
