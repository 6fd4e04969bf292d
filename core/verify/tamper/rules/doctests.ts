/** Examples in documentation that are run as tests: those that are only shown now, or that assert less. */
import type { Change, Source, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { outsidePairs, type Pairing } from '../pairing.ts';
import { type Example, examplesOf } from '../source/examples.ts';
import { rust } from '../source/rust.ts';
import { lessIn } from './assertions.ts';

/** Examples that ran and are marked not to, and those of Rust that assert less. */
export function doctestRules(change: Change, pairing: Pairing): Suspicion[] {
  return [...onlyShown(change), ...assertsLess(change, pairing)];
}

function onlyShown({ sources }: Change): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    if (was === undefined || source.same) return [];
    const [then, now] = [leftOut(was), leftOut(source)];
    const [last] = now.slice(then.length);
    if (last === undefined) return [];
    return [
      {
        at: { side: 'after', file: source.path, line: now.at(-1) ?? last },
        kind: 'skipped-test',
        severity: 'medium',
        message: 'An example of the documentation is no longer run.',
      },
    ];
  });
}

/** Lines of fences of Rust that say not to run what follows, and of Python's `# doctest: +SKIP`. */
function leftOut({ path, code }: Source): number[] {
  const marks = path.endsWith('.rs')
    ? /^\/\/[/!]\s*```\s*(rust,\s*)?(ignore|no_run|text)\b/
    : /^#\s*doctest:\s*\+SKIP/;
  return code.comments.filter(({ text }) => marks.test(text)).map(({ line }) => line);
}

/** An example of Rust as a test, and the words by which it is known again. */
interface Shown {
  readonly unit: Unit;
  readonly lines: ReadonlySet<string>;
}

/** An example that stays and asserts less. One that is gone showed something else, and is no test that somebody took away. */
function assertsLess(change: Change, pairing: Pairing): Suspicion[] {
  const shown = (sources: readonly Source[]) =>
    sources
      .filter(({ path, same }) => path.endsWith('.rs') && !same)
      .flatMap((source) => examplesOf(source.code).map((one) => shownBy(source, one)));
  const [before, after] = [shown(change.sources.before), shown(change.sources.after)];
  if (before.length === 0 || after.length === 0) return [];
  // What moved into another example is asked there.
  const units = { ...change.units, after: [...change.units.after, ...after.map(({ unit }) => unit)] };
  const pairs = pairsOf(before, after).map(({ was, is }) => ({ is, was: was.map((one) => asFar(one, is)) }));
  return lessIn({ ...change, units }, pairs, [...pairing.pairs, ...outsidePairs(change), ...pairs]);
}

/** Without what asks for things that the example no longer makes: it shows less, and checks what it shows. */
function asFar(was: Unit, is: Unit): Unit {
  const words = new Set(is.source.code.tokens.map(({ text }) => text));
  const { tokens } = was.source.code;
  const gone = new Set(
    tokens.flatMap(({ kind, text }, at) => {
      const made = tokens[at - 1]?.text === 'let' || tokens[at - 2]?.text === 'let';
      return made && kind === 'word' && text !== 'mut' && !words.has(text) ? [text] : [];
    }),
  );
  const asksGone = ({ from, to }: Unit['assertions'][number]) =>
    tokens.slice(from, to).some(({ text }) => gone.has(text));
  const left = was.assertions.filter((one) => !asksGone(one));
  // Of an example that asserts nothing any more, all is told.
  return is.assertions.length === 0 ? was : { ...was, assertions: left };
}

function shownBy(source: Source, { of, line, text }: Example): Shown {
  const code = rust.scan(text);
  const name = `example of ${of === '' ? source.path : of}`;
  const to = code.tokens.length - 1;
  const test = { name, line, from: 0, to, group: false, skip: 'no', focus: false, body: 0 } as const;
  const { assertions } = rust.read(code, source.path);
  const lines = text.split('\n').map((one) => one.trim());
  return {
    unit: {
      source: { ...source, code, assertions },
      test,
      name,
      line,
      assertions,
      skip: 'no',
      skipLine: line,
    },
    lines: new Set(lines.filter((one) => one.length > 1)),
  };
}

/** Examples of one thing, in its file or where it moved: those that share most of their lines, or stand alone. */
function pairsOf(before: readonly Shown[], after: readonly Shown[]): Pairing['pairs'] {
  const [inFile, anywhere] = [
    grouped(after, ({ unit }) => `${unit.source.path}\n${unit.name}`),
    grouped(after, ({ unit }) => unit.name),
  ];
  const then = grouped(before, ({ unit }) => unit.name);
  const taken = new Map<Unit, Unit[]>();
  for (const was of before) {
    const { unit, lines } = was;
    const open = inFile.get(`${unit.source.path}\n${unit.name}`) ?? anywhere.get(unit.name) ?? [];
    const sharing = open.map((one) => ({
      one,
      shared: [...lines].filter((line) => one.lines.has(line)).length,
    }));
    const best = sharing.reduce((most, next) => (next.shared > most.shared ? next : most), {
      one: open[0],
      shared: 0,
    });
    const alone = open.length === 1 && then.get(unit.name)?.length === 1;
    if (best.one === undefined || (best.shared === 0 && !alone)) continue;
    const others = taken.get(best.one.unit);
    if (others) others.push(unit);
    else taken.set(best.one.unit, [unit]);
  }
  return [...taken].map(([is, was]) => ({ is, was }));
}

function grouped(all: readonly Shown[], key: (one: Shown) => string): Map<string, Shown[]> {
  const found = new Map<string, Shown[]>();
  for (const one of all) {
    const list = found.get(key(one));
    if (list) list.push(one);
    else found.set(key(one), [one]);
  }
  return found;
}
