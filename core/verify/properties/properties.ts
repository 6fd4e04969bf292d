/** The properties that a command tried, from its output: seed, cases, what refutes them. What a framework keeps to itself stays unknown. */
import { linesOf } from '../count/summary.ts';
import { readQuick, readRapid } from './go.ts';
import { readJqwik } from './java.ts';
import { readFastCheck, readPlain } from './javascript.ts';
import { readHypothesis } from './python.ts';
import { minCases, type PropertyReader, type PropertyRun } from './run.ts';
import { readProptest } from './rust.ts';

const readers: readonly PropertyReader[] = [
  readPlain,
  readFastCheck,
  readHypothesis,
  readRapid,
  readQuick,
  readProptest,
  readJqwik,
];

/** So many properties of one run are kept. */
const most = 100;

/** What the platform gives the frameworks by environment. */
export interface Asked {
  readonly seed: string;
  readonly cases: number;
}

/** The seed of a check: the same tree is tried with the same cases again. */
export function askedFor(tree: string): Asked {
  // Eight hexadecimal digits: 32 bits are a seed for all of them.
  return { seed: String(Number.parseInt(tree.slice(0, 8), 16)), cases: minCases };
}

/**
 * The environment that makes frameworks draw enough cases from a known seed, as far as they can be told so. proptest (256)
 * and jqwik (1000) draw more by themselves; our own line and fast-check are told by the `PROPERTY_` variables.
 */
export function propertyEnvironment({ seed, cases }: Asked): Readonly<Record<string, string>> {
  return { PROPERTY_SEED: seed, PROPERTY_CASES: String(cases), PROPTEST_RNG_SEED: seed };
}

/**
 * The environment of a project's own test command: what its property tests draw is left to them, as when the team runs it,
 * but for proptest, whose own seed is told nowhere.
 */
export function ownEnvironment({ seed }: Asked): Readonly<Record<string, string>> {
  return { PROPTEST_RNG_SEED: seed };
}

/** All properties that were told of, one for each name; a failure wins. */
export function propertiesOf(output: string, asked: Asked): PropertyRun[] {
  const lines = linesOf(output);
  const byName = new Map<string, PropertyRun>();
  for (const run of readers.flatMap((read) => read(lines))) {
    const known = byName.get(run.name);
    if (!known || (run.outcome === 'failed' && known.counterexample === null)) byName.set(run.name, run);
  }
  const given = (run: PropertyRun) => (run.framework === 'proptest' ? asked.seed : null);
  return [...byName.values()].slice(0, most).map((run) => ({ ...run, seed: run.seed ?? given(run) }));
}
