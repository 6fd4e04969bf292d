/**
 * The properties that a command tried, from its output. What a framework keeps to itself where it passes (proptest,
 * testing/quick, fast-check), the platform knows from what it asked for; see `propertiesOf`.
 */
import { linesOf } from '../count/summary.ts';
import { readQuick, readRapid } from './go.ts';
import { readJqwik } from './java.ts';
import { readFastCheck, readPlain } from './javascript.ts';
import { readHypothesis } from './python.ts';
import type { PropertyReader, PropertyRun } from './run.ts';
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

/** What the platform gave the frameworks by environment and flags. */
export interface Asked {
  readonly seed: string;
  readonly cases: number;
}

/**
 * The environment that makes frameworks draw enough cases from a known seed. Those that have no variable for it
 * (Hypothesis, rapid, testing/quick) are told by `propertyCommand`, jqwik draws a thousand by itself.
 */
export function propertyEnvironment({ seed, cases }: Asked): Readonly<Record<string, string>> {
  return {
    PROPERTY_SEED: seed,
    PROPERTY_CASES: String(cases),
    PROPTEST_CASES: String(cases),
    PROPTEST_RNG_SEED: seed,
    // A count of the cache would hide a run that drew nothing.
    GOFLAGS: '-count=1 -v',
    PYTEST_ADDOPTS: '-vv -p no:cacheprovider',
  };
}

/**
 * All properties that were told of, one for each name (a failure wins). Those of a framework that is silent where it
 * passes are told of only where they failed.
 */
export function propertiesOf(output: string, asked: Asked): PropertyRun[] {
  const lines = linesOf(output);
  const byName = new Map<string, PropertyRun>();
  for (const run of readers.flatMap((read) => read(lines))) {
    const known = byName.get(run.name);
    if (!known || (known.outcome === 'passed' && run.outcome === 'failed') || known.counterexample === null)
      byName.set(run.name, run);
  }
  return [...byName.values()].slice(0, most).map((run) => ({ ...run, seed: run.seed ?? asked.seed }));
}
