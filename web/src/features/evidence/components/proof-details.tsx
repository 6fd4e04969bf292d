/** What a check found beside its commands: named tests, mutations, the tests as they were before, findings of the tamper report. */
import type { EvidenceView } from '#core/api/views.ts';
import { Badge } from '../../../ui/basics.tsx';
import { plural } from '../../../ui/format.ts';
import { Pre } from '../../../ui/scroll.tsx';
import { Findings } from './findings.tsx';
import { Independent, PropertyRow } from './property-rows.tsx';

type Proof = NonNullable<EvidenceView['proof']>;

const mutationWords = {
  noticed: 'noticed',
  survived: 'nobody noticed',
  unviable: 'no program',
} as const;

type Former = NonNullable<Proof['former']>;

const formerWords: Record<Former['outcome'], string> = {
  unchanged: 'none of them was changed',
  passed: 'all pass in their old form',
  failed: 'these fail in their old form:',
  unbuildable: 'they cannot be built in their old form',
};

type Doubtful = Extract<Former, { outcome: 'failed' | 'unbuildable' }>;

const isDoubtful = (former: Former): former is Doubtful =>
  former.outcome === 'failed' || former.outcome === 'unbuildable';

const criteriaOf = (of: readonly unknown[]): string => plural(of.length, 'criterion', 'criteria');

/** How many of the claims name a test that ran; the base commit has no claims. */
function namedInWords(claims: number, named: number): string {
  if (claims === 0) return 'Where it ran';
  return named === 0
    ? 'No claim names a test that ran'
    : `Named tests of ${plural(named, 'criterion', 'criteria')}`;
}

export function ProofDetails({ proof, attempt }: { readonly proof: Proof; readonly attempt: number }) {
  const named = proof.named.filter(({ tests }) => tests.length > 0);
  const independent = proof.independent ?? [];
  const known = new Set(independent.flatMap(({ runs }) => runs.map(({ name }) => name)));
  // Those of another run are told below with more.
  const properties = (proof.properties ?? []).filter(({ name }) => !known.has(name));
  const findings = proof.tamper.flatMap((work) => work.findings);
  return (
    <details className="proof-details">
      <summary>
        {namedInWords(proof.named.length, named.length)}
        {proof.mutations.length === 0 ? '' : `, ${plural(proof.mutations.length, 'mutation')}`}
        {properties.length === 0 ? '' : `, ${plural(properties.length, 'property', 'properties')}`}
        {independent.length === 0 ? '' : `, independent tests of ${criteriaOf(independent)}`}
        {proof.former && isDoubtful(proof.former) ? ', existing tests fail as they were' : ''}
        {findings.length === 0 ? '' : `, ${plural(findings.length, 'finding')}`}
      </summary>
      <ul className="rows">
        {named.map(({ task, criterion, tests }) => (
          <li key={`${task} ${criterion}`}>
            <Badge>{criterion}</Badge> <span className="muted">{task}</span>{' '}
            {tests.map(({ name, outcome }) => (
              <span key={name}>
                <code>{name}</code> {outcome === 'passed' ? '' : <Badge tone="bad">{outcome}</Badge>}{' '}
              </span>
            ))}
          </li>
        ))}
        {proof.mutations.map(({ taskId, path, line, column, was, now, outcome }) => (
          <li key={`${taskId} ${path} ${line} ${column} ${now}`}>
            <Badge tone={outcome === 'survived' ? 'warn' : 'quiet'}>{mutationWords[outcome]}</Badge>{' '}
            <code>
              {path}:{line}
            </code>{' '}
            <code>{was}</code> → <code>{now === '' ? 'nothing' : now}</code>
          </li>
        ))}
        {properties.map((run) => (
          <li key={run.name}>
            <PropertyRow run={run} />
          </li>
        ))}
        {proof.former && (
          <li>
            <Badge tone={isDoubtful(proof.former) ? 'warn' : 'quiet'}>existing tests</Badge>{' '}
            {formerWords[proof.former.outcome]}{' '}
            {proof.former.outcome === 'failed' &&
              proof.former.failed.map((name) => (
                <span key={name}>
                  <code>{name}</code>{' '}
                </span>
              ))}
            {'gone' in proof.former && proof.former.gone !== undefined
              ? proof.former.gone.map((name) => (
                  <span key={name}>
                    no longer run: <code>{name}</code>{' '}
                  </span>
                ))
              : null}
            {isDoubtful(proof.former) && proof.former.output !== '' ? (
              <Pre label="Output of the existing tests" className="hunk">
                {proof.former.output}
              </Pre>
            ) : null}
          </li>
        )}
        {independent.map((one) => (
          <li key={`${one.task} ${one.criterion}`}>
            <Badge>{one.criterion}</Badge> <span className="muted">{one.task}</span>{' '}
            <Independent proof={one} />
          </li>
        ))}
      </ul>
      <Findings findings={findings} />
      <p className="muted">
        Attempt {attempt}, in {proof.sandbox === '' ? 'a sandbox' : proof.sandbox}
      </p>
    </details>
  );
}
