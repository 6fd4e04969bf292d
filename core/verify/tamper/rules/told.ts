/** What is told of assertions that are gone or say less. */
import { handedOn } from '../assertions/results.ts';
import type { Source, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { type Assertion, bodyLimit } from '../source/source.ts';
import type { Loosened } from './loosened.ts';

/** What is told of an assertion in whose place another lets more pass. */
export function tell(
  unit: Unit,
  one: Assertion,
  source: Source,
  other: Assertion,
  kind: Loosened,
): Suspicion {
  const at = { side: 'after', file: source.path, line: other.line } as const;
  const was = { side: 'before', file: unit.source.path, line: one.line } as const;
  const where = unit.test ? `in '${unit.name}'` : 'outside of tests';
  if (kind === 'widened-tolerance')
    return {
      at,
      was,
      kind,
      severity: 'medium',
      message: `A result may be further off ${where} than before.`,
    };
  const severity = other.form === 'trivial' ? 'high' : 'medium';
  const exact = one.form === 'equal' && other.form === 'equal' && other.strength >= one.strength;
  const how =
    other.form === 'trivial'
      ? 'cannot fail any more'
      : exact
        ? 'compares with something else than before'
        : 'lets more results pass than before';
  return { at, was, kind, severity, message: `An assertion ${where} ${how}.` };
}

/** What is told of an assertion that is gone. */
export function removedFrom(unit: Unit, one: Assertion, is: Unit): Suspicion {
  const helper = around(unit, one);
  const left = checksLeft(is);
  return {
    at: { side: 'before', file: unit.source.path, line: one.line },
    kind: 'removed-assertion',
    severity: unit.test && left === 0 ? 'high' : 'medium',
    message: unit.test
      ? `'${unit.name}' no longer checks this${left === 0 ? ', nor anything else' : ''}.`
      : `An assertion ${helper === undefined ? 'outside of tests' : `of '${helper}'`} (a hook or a helper) is gone.`,
  };
}

/** How often a test may still fail: by its assertions, and in Rust by an error that it hands on. */
const checksLeft = ({ assertions, source: { path, code }, test }: Unit) =>
  assertions.filter(({ form }) => form !== 'trivial').length +
  (test && path.endsWith('.rs') ? handedOn(code, test) : 0);

/** Tests of Rust that only handed errors on, and hand none on any more. */
export function handsNothingOn({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [old] = was;
    const isRust = old?.source.path.endsWith('.rs') && is.source.path.endsWith('.rs');
    if (!old || !isRust || was.length > 1 || is.source.same || old.assertions.length > 0) return [];
    if (!old.test || handedOn(old.source.code, old.test) === 0 || checksLeft(is) > 0 || unwraps(is))
      return [];
    return [
      {
        at: { side: 'after', file: is.source.path, line: is.line },
        was: { side: 'before', file: old.source.path, line: old.line },
        kind: 'removed-assertion',
        severity: 'high',
        message: `'${is.name}' no longer fails where a step of it does, nor checks anything else.`,
      },
    ];
  });
}

const unwraps = ({ source: { code }, test }: Unit) =>
  code.tokens
    .slice(test?.from, Math.min(test?.to ?? 0, (test?.from ?? 0) + bodyLimit))
    .some(({ text }) => /^(unwrap\w*|expect\w*|panic|unreachable)$/.test(text));

/** The name of the innermost function around an assertion. */
function around({ source: { definitions } }: Unit, { from, to }: Assertion): string | undefined {
  const all = definitions.filter((one) => one.from < from && to <= one.to);
  return all.reduce((inner, one) => (inner === undefined || one.from > inner.from ? one : inner), all[0])
    ?.name;
}
