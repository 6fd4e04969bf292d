/**
 * From a claim's words to the tests that are meant: a claim proves nothing by itself, but it names what to look for.
 */
import { z } from 'zod';
import { TestCase } from './cases/case.ts';

/** A claim names so many tests at most; more than anybody reads beside one criterion. */
const most = 20;
/** Of the tests behind the names so many are kept: one that has parameters runs for each, and is told with their number. */
const mostRan = 200;

const quoted =
  /"([^"\n]{3,300})"|`([^`\n]{3,300})`|“([^”\n]{3,300})”|«([^»\n]{3,300})»|(?<![\w])'([^'\n]{3,300})'(?![\w])/gu;
/**
 * Names that cannot be anything else: `path::to::test`, `test_x`, `package.ClassTest.method`, `testX`, `TestX/sub`, and
 * behind the word for it any identifier of several words: `test addsUp`.
 */
const identifiers =
  /(?<![\w/.])(?:[\w./-]*\w(?:::\w+)+(?:\[[^\]\s]*\])?|test_\w+(?:\[[^\]\s]*\])?|(?:\w+\.)*(?:\w*Tests?|Test[A-Z]\w*)(?:\$\w+)*[.#]\w+|test[A-Z]\w*|(?<=\btests? )[a-z][a-z\d]*[A-Z_]\w*|Test[A-Z]\w*(?:\/[\w-]+)*)/g;

/** The names of tests in a sentence: what stands in quotes or backticks, and what looks like a test's identifier. */
export function namesIn(how: string): string[] {
  const inQuotes = [...how.matchAll(quoted)].flatMap((match) =>
    match.slice(1).filter((one) => one !== undefined),
  );
  const bare = [...how.replace(quoted, ' ').matchAll(identifiers)].map(([name]) => name);
  return [...new Set([...inQuotes, ...bare].map(plain))].filter((name) => name !== '').slice(0, most);
}

/** Identifiers of three words or more, as tests are called in Rust; others are called so, too. */
const longish = /(?<![\w/.:])[a-z][a-z\d]*(?:_[a-z\d]+){2,}(?![\w/.:(])/g;

/** Names that may be meant where no other is given: each counts only where a test of that name ran. */
export function perhapsIn(how: string): string[] {
  const sure = new Set(namesIn(how));
  const bare = [...how.replace(quoted, ' ').matchAll(longish)].map(([name]) => name);
  return [...new Set(bare)].filter((name) => !sure.has(name)).slice(0, most);
}

/** One way of writing a path of names, whatever the runner puts between them; where a documentation test stands moves. */
function plain(name: string): string {
  return name
    .replace(/ \(line \d+\)$/u, '')
    .replace(/\s*(?:::| › | » | → | ▸ |#(?=\w)| > )\s*/gu, ' > ')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The tests that a name means: all of that name, whole or at the end of a path, each parameter and subtest of it. */
export function casesNamed(name: string, cases: readonly TestCase[]): TestCase[] {
  // A runner that never says in which group a test stands (tape) has nothing to match the groups with.
  const flat = cases.every(({ name: given }) => !plain(given).includes(' > '));
  const path = plain(name);
  const wanted = flat ? (path.split(' > ').at(-1) ?? path) : path;
  if (wanted === '') return [];
  return cases.filter(({ name: given }) => {
    const full = plain(given);
    return matches(full, wanted) || matches(full.replace(/\[.*\]$/u, '').replace(/\(.*\)$/u, ''), wanted);
  });
}

function matches(full: string, wanted: string): boolean {
  if (full === wanted || full.endsWith(` > ${wanted}`) || full.endsWith(`/${wanted}`)) return true;
  // A parent test of Go speaks for its subtests too.
  if (full.startsWith(`${wanted}/`)) return true;
  // `Class.method` is how JUnit users write `Class > method`, with the package or without.
  if (!/^[\w$.]+(\.| > )\w+$/.test(wanted)) return false;
  const dotted = wanted.replace(/\.(?=\w+$)/u, ' > ');
  return full === dotted || full.endsWith(`.${dotted}`) || full.endsWith(` > ${dotted}`);
}

/** What a check looks for: for each criterion of a task the tests that its claim names. */
export const NamedClaim = z.object({
  task: z.string(),
  criterion: z.string(),
  names: z.array(z.string().max(300)).max(most),
  /** What may be names of tests, where none of the others ran. */
  perhaps: z.array(z.string().max(300)).max(most).optional(),
  /** Shows what no test can see: exits 0 only where the criterion holds. */
  command: z.string().max(500).optional(),
  /** What its builder took the criterion to mean, where it cannot hold as it is written. */
  interpretation: z.string().max(1000).optional(),
});
export type NamedClaim = z.infer<typeof NamedClaim>;

/** A claim with the tests that ran under its names. */
export const NamedProof = z.object({
  task: z.string(),
  criterion: z.string(),
  /** With what its command came to, `$ grep …`. */
  tests: z.array(TestCase).max(mostRan + 1),
  interpretation: NamedClaim.shape.interpretation,
});
export type NamedProof = z.infer<typeof NamedProof>;

/** Looks the claims up among the tests that ran; a claim of which nothing ran has no tests. */
export function lookUp(claims: readonly NamedClaim[], cases: readonly TestCase[]): NamedProof[] {
  return claims.map(({ task, criterion, names, perhaps = [], interpretation }) => {
    const sure = names.flatMap((name) => casesNamed(name, cases));
    const found = sure.length > 0 ? sure : perhaps.flatMap((name) => casesNamed(name, cases));
    const ran = [...new Map(found.map((one) => [one.name, one])).values()];
    // What speaks against the claim is never the part that is cut.
    const against = ran.filter(({ outcome }) => outcome !== 'passed');
    return {
      task,
      criterion,
      tests: [...against, ...ran.filter(({ outcome }) => outcome === 'passed')].slice(0, mostRan),
      ...(interpretation === undefined ? {} : { interpretation }),
    };
  });
}

/** A claim of which no named test ran, with what the runner told that is most like it. */
export const UnrunClaim = z.object({
  task: z.string(),
  criterion: z.string(),
  names: z.array(z.string().max(300)).max(most),
  alike: z.array(z.string().max(500)).max(5),
});
export type UnrunClaim = z.infer<typeof UnrunClaim>;

/** The claims that name tests, none of which is among those that ran. */
export function unrunIn(
  claims: readonly NamedClaim[],
  named: readonly NamedProof[],
  cases: readonly TestCase[],
): UnrunClaim[] {
  const ran = new Set(
    named.flatMap(({ task, criterion, tests }) => (tests.length > 0 ? [`${task} ${criterion}`] : [])),
  );
  return claims
    .filter(({ task, criterion, names }) => names.length > 0 && !ran.has(`${task} ${criterion}`))
    .map(({ task, criterion, names }) => ({ task, criterion, names, alike: alike(names, cases) }));
}

/** Up to five names that share most words with the wanted ones, and at least one. */
function alike(wanted: readonly string[], cases: readonly TestCase[]): string[] {
  const words = wordsOf(wanted.join(' '));
  return cases
    .map(({ name }) => ({ name, common: [...wordsOf(name)].filter((word) => words.has(word)).length }))
    .filter(({ common }) => common > 0)
    .sort((a, b) => b.common - a.common)
    .slice(0, 5)
    .map(({ name }) => name);
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z]{3,}|\d+/g));

/** A claim's command among its tests. What holds without the work as well shows nothing. */
export function commandCase(command: string, here: boolean, before: boolean): TestCase {
  const said = here && before ? ' (holds without the work, too)' : '';
  const name = `$ ${command.replace(/\s+/gu, ' ').slice(0, 400)}${said}`;
  return { name, outcome: !here ? 'failed' : before ? 'skipped' : 'passed' };
}

/** Whether named tests speak for a criterion: at least one passed, and none failed or was skipped. */
export function testsSpeak(tests: readonly TestCase[]): boolean {
  return tests.length > 0 && tests.every(({ outcome }) => outcome === 'passed');
}
