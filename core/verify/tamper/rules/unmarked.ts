/** Tests whose function is still there under its name, word for word, and is no test any more. */
import type { Change, Source, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { isMarked } from '../source/java.ts';
import type { Test } from '../source/source.ts';

/** Tests of Rust and Java that lost the mark by which a runner finds them, where nothing else calls them. */
export function unmarkedRules(change: Change, pairing: Pairing): Suspicion[] {
  return [...idleRules(change), ...plainRules(pairing)];
}

/** Tests of Java without the mark that they had: only a class of JUnit 3 runs those, and this one may not be of it. */
function plainRules({ pairs }: Pairing): Suspicion[] {
  return pairs
    .filter(({ is }) => isPlain(is) && !derives(is.source))
    .flatMap(({ was }): Suspicion[] => {
      const [marked] = was.filter((unit) => unit.source.path.endsWith('.java') && !isPlain(unit));
      return marked === undefined ? [] : [unmarked(marked.source, marked.name, marked.line)];
    });
}

const isPlain = ({ source, test }: Unit) =>
  test !== undefined && source.path.endsWith('.java') && !isMarked(source.code, test);

const derives = ({ code: { tokens } }: Source) =>
  tokens.some(({ text }, at) => text === 'extends' && tokens[at + 1]?.text === 'TestCase');

const unmarked = ({ path }: Source, name: string, line: number): Suspicion => ({
  at: { side: 'before', file: path, line },
  kind: 'removed-test',
  severity: 'high',
  message: `'${name}' is still there, and no runner takes it for a test any more.`,
});

function idleRules({ sources }: Change): Suspicion[] {
  const after = new Map(sources.after.map((source) => [source.path, source]));
  return sources.before.flatMap((source): Suspicion[] => {
    const is = after.get(source.path);
    if (is === undefined || source.same || !/\.(rs|java)$/.test(source.path)) return [];
    const still = new Set(is.tests.map(({ name }) => name));
    return source.tests
      .filter(
        (test) =>
          !test.group && test.skip !== 'always' && !still.has(test.name) && staysIdle(source, test, is),
      )
      .map(({ name, line }) => unmarked(source, name, line));
  });
}

function staysIdle(source: Source, test: Test, is: Source): boolean {
  const found = is.definitions.find(({ name }) => name === test.name);
  if (found === undefined) return false;
  const said = ({ code }: Source, to: number, size: number) =>
    code.tokens
      .slice(to - size, to + 1)
      .map(({ text }) => text)
      .join(' ');
  const size = test.to - Math.max(test.body, test.from);
  return (
    size > 0 &&
    said(source, test.to, size) === said(is, found.to, size) &&
    // A method of that name is another's.
    is.code.tokens.filter(({ text }, at, all) => text === test.name && all[at - 1]?.text !== '.').length === 1
  );
}
