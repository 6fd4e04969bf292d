/** Properties as a check tried them: cases, seed, what refutes them; and of those by another run, whether they say anything new. */
import type { EvidenceView, TraceView } from '#core/api/views.ts';
import { Badge } from '../../../ui/basics.tsx';
import { InlineCode } from '../../../ui/inline-code.tsx';
import { Pre } from '../../../ui/scroll.tsx';

type Property = NonNullable<NonNullable<EvidenceView['proof']>['properties']>[number];

/** As many as the platform asks for of a property of every input. */
const usualCases = 200;

interface RowProps {
  readonly run: Property;
  /** The cases of an example are its own. */
  readonly least?: number | undefined;
}

/** Fewer cases than are asked for, or nobody knows how many: said as plainly as a failure. */
export function PropertyRow({ run, least = usualCases }: RowProps) {
  const { name, framework, outcome, seed, cases, counterexample } = run;
  const few = outcome === 'passed' && (cases === null || cases < least);
  return (
    <>
      <Badge tone={outcome === 'failed' ? 'bad' : few ? 'warn' : 'good'}>{outcome}</Badge> <code>{name}</code>{' '}
      <span className="muted">
        {framework}, {cases ?? 'unknown'} cases, seed {seed ?? 'unknown'}
      </span>
      {counterexample === null ? null : (
        <Pre label="Counterexample" className="hunk">
          {counterexample}
        </Pre>
      )}
    </>
  );
}

/** What property tests by another run than the author's said of one criterion. */
export function Independent({ proof }: { readonly proof: NonNullable<TraceView['independent']> }) {
  if (proof.missing !== null)
    return (
      <p className="muted">
        No independent test: <InlineCode text={proof.missing} />
      </p>
    );
  const aside =
    proof.aside === undefined
      ? []
      : [
          <p key="aside" className="muted">
            Beside the commit, without its author’s tests: <InlineCode text={proof.aside} />
          </p>,
        ];
  const rows = proof.runs.map((run) => (
    <p key={run.name}>
      Independent {run.least === undefined ? 'property' : 'test'} <PropertyRow run={run} least={run.least} />{' '}
      {run.onBase === 'passed' && run.least === undefined ? (
        <Badge tone="warn">passes on the base commit too: proves nothing new</Badge>
      ) : null}
    </p>
  ));
  return [...rows, ...aside];
}
