/** What the forge, a missing network or the model holds a ticket up with, and the ways on: mend it there and try again, or deliver onto another branch. */
import { type FormEvent, useState } from 'react';
import type { TicketView } from '#core/api/views.ts';
import { useCommand } from '../../api/query.ts';
import { useAccess } from '../../features/github/api/github.ts';
import { Link } from '../../router/router.tsx';
import { Button, Problem } from '../../ui/basics.tsx';
import { TextField } from '../../ui/field.tsx';
import { Glyph } from '../../ui/glyph.tsx';
import { Time } from '../../ui/time.tsx';

type Hold = NonNullable<TicketView['hold']>;

export function Held({ ticket, hold }: { readonly ticket: TicketView; readonly hold: Hold }) {
  const resume = useCommand('resumeTicket');
  const { data: access } = useAccess(ticket.projectId);
  const { why, at } = hold;
  return (
    <section className="wait-block" aria-label="Held up">
      <div className="wait">
        <Glyph shape="diamond" tone="warn" />
        <span className="title">{why}</span>
        <span className="when">
          <Time at={at} />
        </span>
        {/no network for sandboxes/.test(why) ? (
          <Link href={`/projects/${ticket.projectId}`} className="button">
            Project
          </Link>
        ) : /^The model cannot be used/.test(why) ? (
          <Link href="/health" className="button">
            Health
          </Link>
        ) : (
          <Link href="/settings" className="button">
            Settings
          </Link>
        )}
        <Button
          kind="primary"
          data-row
          disabled={resume.isPending}
          onClick={() => resume.mutate({ params: { ticket: ticket.id } })}
        >
          Try again
        </Button>
      </div>
      <Problem error={resume.error} />
      {/no branch “/.test(why) ? (
        <DeliverOnto projectId={ticket.projectId} suggested={access?.defaultBranch ?? ''} />
      ) : null}
    </section>
  );
}

interface OntoProps {
  readonly projectId: string;
  readonly suggested: string;
}

/** The project's branch is another from then on, which lets its tickets go on. */
function DeliverOnto({ projectId, suggested }: OntoProps) {
  // What is suggested may come late; it never takes the place of what was typed.
  const [typed, setTyped] = useState<string>();
  const branch = typed ?? suggested;
  const update = useCommand('updateProject');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    update.mutate({ params: { id: projectId }, body: { defaultBranch: branch.trim() } });
  };
  return (
    <form className="form" onSubmit={onSubmit} aria-label="Another branch">
      <TextField
        label="Deliver onto"
        value={branch}
        onChange={setTyped}
        hint="From now on this is the project’s branch: later tickets begin from it."
        required
        mono
      />
      <Problem error={update.error} />
      <div className="actions">
        <Button type="submit" disabled={update.isPending || branch.trim() === ''}>
          Deliver onto this branch
        </Button>
      </div>
    </form>
  );
}
