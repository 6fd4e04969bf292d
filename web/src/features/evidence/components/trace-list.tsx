/** Every requirement with the lines that meet it and the checks that say so; `?of=` keeps one of them. */
import type { TraceView, UnaskedView } from '#core/api/views.ts';
import { Link, useSearch } from '../../../router/router.tsx';
import { Badge, Empty, Pending } from '../../../ui/basics.tsx';
import { shortSha } from '../../../ui/format.ts';
import { type Look, Status } from '../../../ui/glyph.tsx';
import { InlineCode } from '../../../ui/inline-code.tsx';
import { useTrace } from '../api/evidence.ts';
import { Independent } from './property-rows.tsx';

const states: Readonly<Record<TraceView['state'], Look>> = {
  open: { shape: 'dashed', tone: 'quiet', word: 'Open' },
  unverified: { shape: 'ring', tone: 'warn', word: 'Unverified' },
  verified: { shape: 'half', tone: 'active', word: 'Verified' },
  weak: { shape: 'half', tone: 'warn', word: 'Weak' },
  interpreted: { shape: 'half', tone: 'warn', word: 'Interpreted' },
  proven: { shape: 'check', tone: 'good', word: 'Proven' },
};

/** More files than this are read in the pull request. */
const shownFiles = 8;
/** A test that runs for many inputs has a line for each; these say what is tested, the others fold. */
const shownTests = 5;

export function TraceList({ ticketId, base }: { readonly ticketId: string; readonly base: string }) {
  const of = useSearch().get('of');
  const { data, error } = useTrace(ticketId, of);
  if (data === undefined) return <Pending error={error} />;
  if (data.items.length + data.others.length === 0 && of === null)
    return <Empty title="Nothing to trace yet.">Requirements come first.</Empty>;
  return (
    <section aria-label="Traceability" className="trace">
      <h2 className="label">From requirement to lines and checks</h2>
      {of === null ? null : (
        <p className="filter">
          Only what concerns <code>{of}</code>. <Link href={`${base}/evidence`}>Show all</Link>
        </p>
      )}
      <ul className="rows">
        {data.items.map((row) => (
          <TraceRow key={row.criterion.id} row={row} base={base} />
        ))}
        {data.others.map((one) => (
          <UnaskedRow key={one.task.key} one={one} base={base} />
        ))}
      </ul>
    </section>
  );
}

function TraceRow({ row, base }: { readonly row: TraceView; readonly base: string }) {
  const { criterion, requirement, state, task, commit, lines, earlier, tests, interpretation } = row;
  const { independent, checks, stale } = row;
  const of = concerning(base);
  const commands = [...new Set(checks.map(({ command }) => command))];
  return (
    <li className="trace-row">
      <p>
        <Status look={states[state]} />{' '}
        <Link href={of(criterion.id)}>
          <Badge>{criterion.id}</Badge>
        </Link>{' '}
        <InlineCode text={criterion.text} />{' '}
        <span className="muted">
          (<InlineCode text={requirement.title} />)
        </span>
      </p>
      {interpretation === null ? null : (
        <p>
          <Badge tone="warn">not as written</Badge> Its builder took it to mean:{' '}
          <InlineCode text={interpretation} />
        </p>
      )}
      {commit === null || task === null ? (
        <p className="muted">{task === null ? 'No task claims it.' : `${task.key} is not done.`}</p>
      ) : (
        <p>
          <Link href={of(task.key)}>{task.key}</Link> <Work work={{ commit, lines }} of={of} />
        </p>
      )}
      <Earlier works={earlier} of={of} />
      {stale.length === 0 ? null : (
        <p>
          <Badge>perhaps overtaken</Badge> The default branch changed{' '}
          {stale.slice(0, shownFiles).map((path) => (
            <code key={path} className="trace-place">
              {path}{' '}
            </code>
          ))}
          {stale.length > shownFiles ? `and ${stale.length - shownFiles} files more` : ''}
        </p>
      )}
      <NamedTests tests={tests} />
      {independent === null ? null : <Independent proof={independent} />}
      {commands.length === 0 ? null : (
        <details className="muted">
          <summary>{commands.length === 1 ? 'One check' : `${commands.length} checks`}</summary>
          {commands.map((command) => (
            <p key={command}>
              <code>{command}</code>
            </p>
          ))}
        </details>
      )}
    </li>
  );
}

/** A task that no criterion asked for, so that no commit of the branch goes without a reason. */
function UnaskedRow({
  one: { task, why, works },
  base,
}: {
  readonly one: UnaskedView;
  readonly base: string;
}) {
  const of = concerning(base);
  return (
    <li className="trace-row">
      <p>
        <Link href={of(task.key)}>
          <Badge>{task.key}</Badge>
        </Link>{' '}
        <InlineCode text={task.title} /> <span className="muted">No criterion is met by it. {why}</span>
      </p>
      {works.map((work) => (
        <p key={work.commit}>
          <Work work={work} of={of} />
        </p>
      ))}
    </li>
  );
}

/** What its task's work became before it began anew. */
function Earlier({ works, of }: { readonly works: TraceView['earlier']; readonly of: Address }) {
  return works.map((work) => (
    <p key={work.commit}>
      <span className="muted">Earlier</span> <Work work={work} of={of} />
    </p>
  ));
}

/** One commit and where it changed what. */
function Work({ work, of }: { readonly work: TraceView['earlier'][number]; readonly of: Address }) {
  const { commit, lines } = work;
  return (
    <>
      <span className="trace-place">
        <Link href={of(commit)}>
          <code title={commit}>{shortSha(commit)}</code>
        </Link>{' '}
      </span>
      {lines.slice(0, shownFiles).map(({ path, ranges }) => (
        <span key={path} className="trace-place">
          <Link href={of(path)}>
            <code>{path}</code>
          </Link>
          {placesOf(ranges)}{' '}
        </span>
      ))}
      {lines.length > shownFiles ? (
        <span className="muted">and {lines.length - shownFiles} files more</span>
      ) : null}
    </>
  );
}

type Address = (what: string) => string;

/** Where only what concerns one thing is shown. */
const concerning =
  (base: string): Address =>
  (what) =>
    `${base}/evidence?of=${encodeURIComponent(what)}`;

/** What did not pass comes first, so that nothing of it folds unseen. */
function NamedTests({ tests }: { readonly tests: TraceView['tests'] }) {
  const passed = tests.filter(({ outcome }) => outcome === 'passed');
  const others = tests.filter(({ outcome }) => outcome !== 'passed');
  const shown = [...others, ...passed.slice(0, Math.max(shownTests - others.length, 1))];
  const folded = passed.slice(shown.length - others.length);
  return (
    <>
      {shown.map((test) => (
        <NamedTest key={test.name} test={test} />
      ))}
      {folded.length === 0 ? null : (
        <details className="muted">
          <summary>
            {folded.length === 1 ? 'One test more, passed' : `${folded.length} tests more, all passed`}
          </summary>
          {folded.map((test) => (
            <NamedTest key={test.name} test={test} />
          ))}
        </details>
      )}
    </>
  );
}

function NamedTest({ test: { name, outcome } }: { readonly test: TraceView['tests'][number] }) {
  return (
    <p>
      Test <Badge tone={outcome === 'passed' ? 'good' : 'bad'}>{outcome}</Badge> <code>{name}</code>
    </p>
  );
}

/** `:12–18, 40`; the first few, since a place to begin is what is looked for. */
function placesOf(ranges: TraceView['lines'][number]['ranges']): string {
  if (ranges.length === 0) return '';
  const words = ranges.slice(0, 4).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return `:${words.join(', ')}${ranges.length > 4 ? ' …' : ''}`;
}
