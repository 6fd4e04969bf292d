/** What a check found beside its commands: named tests, mutations, findings of the tamper report. */
import type { EvidenceView } from '#core/api/views.ts';
import { Badge } from '../../../ui/basics.tsx';
import { Findings } from './findings.tsx';

type Proof = NonNullable<EvidenceView['proof']>;

const mutationWords = {
  noticed: 'noticed',
  survived: 'nobody noticed',
  unviable: 'no program',
} as const;

export function ProofDetails({ proof, attempt }: { readonly proof: Proof; readonly attempt: number }) {
  const named = proof.named.filter(({ tests }) => tests.length > 0);
  const properties = proof.properties ?? [];
  const findings = proof.tamper.flatMap((work) => work.findings);
  return (
    <details className="proof-details">
      <summary>
        {named.length === 0 ? 'No claim names a test that ran' : `Named tests of ${named.length} criteria`}
        {proof.mutations.length === 0 ? '' : `, ${proof.mutations.length} mutations`}
        {properties.length === 0 ? '' : `, ${properties.length} properties`}
        {findings.length === 0 ? '' : `, ${findings.length} findings`}
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
          <PropertyRow key={run.name} run={run} />
        ))}
      </ul>
      <Findings findings={findings} />
      <p className="muted">
        Attempt {attempt}, in {proof.sandbox === '' ? 'a sandbox' : proof.sandbox}
      </p>
    </details>
  );
}

type Property = NonNullable<Proof['properties']>[number];

/** Fewer cases than the platform asks for, or nobody knows how many: said as plainly as a failure. */
function PropertyRow({ run }: { readonly run: Property }) {
  const { name, framework, outcome, seed, cases, counterexample } = run;
  const few = outcome === 'passed' && (cases === null || cases < 200);
  return (
    <li>
      <Badge tone={outcome === 'failed' ? 'bad' : few ? 'warn' : 'good'}>{outcome}</Badge> <code>{name}</code>{' '}
      <span className="muted">
        {framework}, {cases ?? 'unknown'} cases, seed {seed ?? 'unknown'}
      </span>
      {counterexample === null ? null : <pre className="hunk">{counterexample}</pre>}
    </li>
  );
}
