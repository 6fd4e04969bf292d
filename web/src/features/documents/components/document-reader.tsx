/** All versions of a ticket's documents, the chosen one to read or to compare. */
import { useState } from 'react';
import type { DocumentView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Badge, Button, Empty, Pending } from '../../../ui/basics.tsx';
import { Markdown } from '../../../ui/markdown.tsx';
import { Time } from '../../../ui/time.tsx';
import { useDocuments } from '../api/documents.ts';
import { requirementsIn } from '../requirement.ts';
import { DocumentDiff } from './document-diff.tsx';
import { EditRequirement } from './edit-requirement.tsx';

const kinds = [
  ['exploration', 'Exploration'],
  ['requirements', 'Requirements'],
  ['design', 'Design'],
  ['plan', 'Task plan'],
] as const;

interface Props {
  readonly ticketId: string;
  readonly base: string;
  readonly chosen: string | undefined;
  /** Whether requirements may still be changed. */
  readonly editable: boolean;
}

const newestFirst = (documents: readonly DocumentView[]): DocumentView[] =>
  [...documents].sort((a, b) => b.version - a.version);

export function DocumentReader({ ticketId, base, chosen, editable }: Props) {
  const { data, error } = useDocuments(ticketId);
  if (data === undefined) return <Pending error={error} />;
  const latest = [...data.items].sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
  const document = data.items.find(({ id }) => id === chosen) ?? latest;
  if (document === undefined) {
    return (
      <Empty title="No document yet.">The explorer writes the first one; it appears here by itself.</Empty>
    );
  }
  const newest = newestFirst(data.items).find(({ kind }) => kind === document.kind);
  return (
    <div className="split">
      <nav className="versions" aria-label="Documents">
        {kinds.map(([kind, label]) => {
          const versions = newestFirst(data.items).filter((one) => one.kind === kind);
          return versions.length === 0 ? null : (
            <div key={kind}>
              <h2>{label}</h2>
              {versions.map((one) => (
                <VersionLink key={one.id} document={one} base={base} current={one.id === document.id} />
              ))}
            </div>
          );
        })}
      </nav>
      <DocumentPage key={document.id} document={document} editable={editable && newest?.id === document.id} />
    </div>
  );
}

function VersionLink({
  document,
  base,
  current,
}: {
  readonly document: DocumentView;
  readonly base: string;
  readonly current: boolean;
}) {
  return (
    <Link
      href={`${base}/${document.id}`}
      className="version"
      aria-current={current ? 'page' : undefined}
      data-row
    >
      <span>Version {document.version}</span>
      {document.approved ? <Badge tone="good">approved</Badge> : null}
    </Link>
  );
}

interface PageProps {
  readonly document: DocumentView;
  readonly editable: boolean;
}

function DocumentPage({ document, editable }: PageProps) {
  const [view, setView] = useState<'read' | 'changes'>('read');
  return (
    <article className="document">
      <div className="document-head">
        <span className="muted">
          Version {document.version} · <Time at={document.createdAt} /> ·{' '}
          <code title={`Content hash ${document.hash}`}>{document.hash.slice(0, 12)}</code> ·{' '}
          {document.approved ? 'approved' : 'not approved'}
        </span>
        <span className="spacer" />
        {document.version > 1 ? <ViewSwitch view={view} onChange={setView} /> : null}
      </div>
      {view === 'read' ? <Markdown text={document.markdown} /> : <DocumentDiff documentId={document.id} />}
      {editable && view === 'read' ? <Requirements document={document} /> : null}
    </article>
  );
}

export function ViewSwitch({
  view,
  onChange,
}: {
  readonly view: 'read' | 'changes';
  readonly onChange: (view: 'read' | 'changes') => void;
}) {
  return (
    <fieldset className="switch" aria-label="View">
      <Button aria-pressed={view === 'read'} onClick={() => onChange('read')}>
        Read
      </Button>
      <Button aria-pressed={view === 'changes'} onClick={() => onChange('changes')}>
        Changes
      </Button>
    </fieldset>
  );
}

function Requirements({ document }: { readonly document: DocumentView }) {
  const requirements = requirementsIn(document.body);
  if (document.kind !== 'requirements' || requirements.length === 0) return null;
  return (
    <section className="change-requirements" aria-label="Change a requirement">
      <h2>Change a requirement</h2>
      <p className="hint">Only what depends on it is opened again.</p>
      <ul className="plain-list">
        {requirements.map((requirement) => (
          <li key={requirement.id}>
            <EditRequirement ticketId={document.ticketId} requirement={requirement} />
          </li>
        ))}
      </ul>
    </section>
  );
}
