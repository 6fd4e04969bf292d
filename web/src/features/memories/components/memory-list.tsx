/** What agents remembered of a project, newest first. Every later run may be given it, so a person can take it back. */
import type { RouteAnswer } from '#core/api/routes.ts';
import { useCommand } from '../../../api/query.ts';
import { Link } from '../../../router/router.tsx';
import { Badge, Empty, Pending, Problem } from '../../../ui/basics.tsx';
import { ConfirmButton } from '../../../ui/dialog.tsx';
import { Time } from '../../../ui/time.tsx';
import { useMemories } from '../api/memories.ts';

type Memory = RouteAnswer<'listMemories'>['items'][number];

export function MemoryList({ projectId }: { readonly projectId: string }) {
  const { data, error } = useMemories(projectId);
  const forget = useCommand('forgetMemory');
  return (
    <section aria-label="Memories" className="memories">
      <h2>What agents remember</h2>
      <p className="hint">
        Runs note what helps those after them; the nearest are given to each new run. What is wrong misleads
        them until it is forgotten.
      </p>
      <Problem error={forget.error} />
      {data === undefined ? (
        <Pending error={error} lines={3} />
      ) : data.items.length === 0 ? (
        <Empty title="Nothing yet.">It fills as tickets are worked on.</Empty>
      ) : (
        <ul className="rows">
          {data.items.map((memory) => (
            <MemoryRow
              key={memory.id}
              memory={memory}
              disabled={forget.isPending}
              onForget={() => forget.mutate({ params: { id: memory.id } })}
            />
          ))}
        </ul>
      )}
      {data === undefined || data.next === null ? null : <p className="hint">Older ones are not shown.</p>}
    </section>
  );
}

interface RowProps {
  readonly memory: Memory;
  readonly disabled: boolean;
  readonly onForget: () => void;
}

function MemoryRow({ memory: { kind, text, ticket, runId, at }, disabled, onForget }: RowProps) {
  return (
    <li className="memory">
      <p>
        <Badge>{kind.replace('_', ' ')}</Badge> {text}
      </p>
      <p className="muted">
        {ticket === null ? null : (
          <>
            From <Link href={`/tickets/${ticket}${runId === null ? '' : `/runs/${runId}`}`}>{ticket}</Link>,{' '}
          </>
        )}
        <Time at={at} />
        <ConfirmButton
          label="Forget"
          kind="danger"
          question="Forget this?"
          text="No later run is given it. It cannot be brought back."
          confirm="Forget it"
          disabled={disabled}
          onConfirm={onForget}
        />
      </p>
    </li>
  );
}
