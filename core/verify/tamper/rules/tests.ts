/** Tests that are gone, skipped or the only ones left to run. */
import {
  asksUnknown,
  type Change,
  hasUnknownMember,
  namesUnknown,
  type Source,
  type Unit,
} from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { isCollected, isPipeline } from '../path.ts';
import { wordsOf } from '../words.ts';
import { isConfiguration } from './settings.ts';

/** Removed, skipped and focused tests. */
export function testRules(change: Change, pairing: Pairing): Suspicion[] {
  return [
    ...removed(change, pairing),
    ...uncollected(change, pairing),
    ...skipped(change, pairing),
    ...focused(change),
  ];
}

const placeOf = ({ source, line }: Unit) => ({ side: source.side, file: source.path, line });

function removed(change: Change, pairing: Pairing): Suspicion[] {
  const { gone, unknown } = change;
  const retired = retiredModules(change);
  return (
    pairing.removed
      .filter((unit) => unit.skip !== 'always' && unit.assertions.length + (unit.test?.to ?? 0) > 0)
      .filter((unit) => unit.assertions.length > 0 || !runsWhatIsGone(unit, change))
      .filter((unit) => !startedSpecs(unit, change))
      // What was tested is gone as well.
      .filter(
        (unit) =>
          ![...wordsOf(unit).keys()].some(
            (word) =>
              gone.has(word) || (word[0] === '"' && (unknown.has(word) || asksUnknown(word, unknown))),
          ),
      )
      .filter((unit) => !isForOldVersion(unit, change) && !testsRetired(unit, change, retired))
      .filter((unit) => !namesUnknown(textOf(unit), unknown) && !hasUnknown(unit, unknown))
      .map((unit) => ({
        at: placeOf(unit),
        kind: 'removed-test',
        severity: 'high',
        message: `The test '${unit.name}' is gone, and no other test took over what it checks.`,
      }))
  );
}

/** Names of product files that are gone with all that they defined. */
function retiredModules({ sources, after, gone }: Change): ReadonlySet<string> {
  return new Set(
    sources.before.flatMap(({ path, isTest, definitions }) => {
      const name = /([^/.]{4,})\.\w+$/.exec(path)?.[1];
      if (name === undefined || isTest || after.has(path)) return [];
      // Others may have methods of the same names as the class that gave the file its own.
      const isGone = gone.has(name) || definitions.every((one) => gone.has(one.name));
      return definitions.length > 0 && isGone ? [name] : [];
    }),
  );
}

/** Whether the file of a test is gone together with the module that it loads. */
function testsRetired({ source }: Unit, { after }: Change, retired: ReadonlySet<string>): boolean {
  if (retired.size === 0 || after.has(source.path)) return false;
  return source.code.tokens.some(({ text }) =>
    text
      .slice(0, 200)
      .split(/[^\w-]+/)
      .some((word) => retired.has(word)),
  );
}

/** A test that only ran on versions of Python that are no longer asked for. */
function isForOldVersion(unit: Unit, { before, after }: Change): boolean {
  const version = /version_info(?:>=|<)\((\d),(\d+)/.exec(textOf(unit));
  if (unit.skip !== 'sometimes' || version === null) return false;
  const floor = new RegExp(`requires-python\\s*=\\s*"[^"]*>=\\s*${version[1]}\\.${version[2]}\\b`);
  const asks = (tree: Change['before']) => [...tree.values()].some((text) => floor.test(text));
  return asks(after) && !asks(before);
}

const hasUnknown = ({ source: { code }, test }: Unit, unknown: ReadonlySet<string>) =>
  test !== undefined && hasUnknownMember(code, test.from, Math.min(test.to, test.from + longest), unknown);

const isScript = /\.[cm]?[jt]sx?$/;
const hasMark = /[._-](test|spec|e2e|cy)\.[cm]?[jt]sx?$/;

/** Tests whose file has a name now by which no runner finds it. */
function uncollected({ sources, after }: Change, { pairs }: Pairing): Suspicion[] {
  // Where tests are told by their names, another name in a folder of tests is no test.
  const named =
    sources.after.some(({ path, tests }) => tests.length > 0 && hasMark.test(path)) ||
    [...after].some(([path, text]) => isConfiguration(path) && /\*\.\{?(test|spec)/.test(text));
  const runs = sources.after.filter(({ path }) => isCollected(path));
  // What another file of tests imports is run there.
  const isUsed = (path: string) => {
    const name = /([^/]+?)\.\w+$/.exec(path)?.[1] ?? path;
    return runs.some(({ code }) =>
      code.tokens.some(({ text }) => text === name || text.includes(`/${name}`)),
    );
  };
  const bases = new Set(
    sources.after.flatMap(({ path, code }) => (path.endsWith('.py') ? basesIn(code) : [])),
  );
  return pairs.flatMap(({ was, is }) => {
    const owner = classAround(is);
    const hidden = owner !== undefined && !/^Test/.test(owner) && !bases.has(owner);
    const [seen] = hidden ? was.filter((unit) => /^Test/.test(classAround(unit) ?? '')) : [];
    if (seen) return [unseen(seen, is, `stands in a class that pytest does not look into (${owner})`)];
    const found = (path: string) =>
      isCollected(path) && !(named && !hasMark.test(path) && isScript.test(path));
    const [lost] = was.filter(({ source }) => found(source.path));
    if (lost === undefined || found(is.source.path) || isUsed(is.source.path)) return [];
    return [unseen(lost, is, 'stands in a file that runners do not look into')];
  });
}

const unseen = (was: Unit, is: Unit, how: string): Suspicion => ({
  at: placeOf(is),
  was: placeOf(was),
  kind: 'removed-test',
  severity: 'high',
  message: `The test '${is.name}' ${how}.`,
});

/** The class of Python that a test stands in, where it derives from nothing. */
function classAround({ source: { path, code, definitions, tests }, test }: Unit): string | undefined {
  if (test === undefined || !path.endsWith('.py')) return undefined;
  const around = [...definitions, ...tests].find(
    ({ from, to, name }) =>
      from < test.from &&
      test.to <= to &&
      code.tokens
        .slice(from, from + 40)
        .some(({ text }, at, all) => text === 'class' && all[at + 1]?.text === name),
  );
  const at = around?.from ?? 0;
  const step = code.tokens.slice(at, at + 40).findIndex(({ text }) => text === around?.name);
  return step >= 0 && code.tokens[at + step + 1]?.text === ':' ? around?.name : undefined;
}

/** Classes that others derive from: their tests run there. */
const basesIn = ({ tokens, partner }: Source['code']): string[] =>
  tokens.flatMap(({ text }, at) => {
    const close = text === 'class' && tokens[at + 2]?.text === '(' ? (partner[at + 2] ?? -1) : -1;
    return tokens.slice(at + 3, Math.max(at + 3, close)).map((token) => token.text);
  });

/** Of a test so many tokens are read for the options that it names. */
const longest = 2000;

function textOf({ source: { code }, test }: Unit): string {
  if (test === undefined) return '';
  const tokens = code.tokens.slice(test.from, Math.min(test.to, test.from + longest));
  return tokens.map(({ kind, text }) => (kind === 'string' ? '""' : text)).join('');
}

/** A test that asserts nothing itself and ran a suite that is no more: the suite's own tests are told of each. */
function runsWhatIsGone(unit: Unit, { sources }: Change): boolean {
  const words = wordsOf(unit);
  const defined = unit.source.definitions.filter(({ name }) => words.has(name)).map(({ name }) => name);
  const now = new Set(sources.after.flatMap(({ definitions }) => definitions.map(({ name }) => name)));
  return defined.some((name) => !now.has(name));
}

/** Go: a test that started the specs of ginkgo in a folder where plain tests are new. */
function startedSpecs(unit: Unit, { units }: Change): boolean {
  const folder = ({ path }: Source) => path.slice(0, path.lastIndexOf('/') + 1);
  const then = new Set(units.before.map(({ name }) => name));
  return (
    wordsOf(unit).has('RunSpecs') &&
    units.after.some(
      ({ test, source, name, assertions }) =>
        test && folder(source) === folder(unit.source) && !then.has(name) && assertions.length > 0,
    )
  );
}

function skipped(change: Change, { pairs }: Pairing): Suspicion[] {
  const { units } = change;
  const known = new Set(pairs.map(({ is }) => is));
  const found = pairs.flatMap(({ was, is }): Suspicion[] => {
    const better = was.some(({ skip }) => skip === 'no' || (skip === 'sometimes' && is.skip === 'always'));
    return better && is.skip !== 'no' && !runsElsewhere(is, change)
      ? [skipOf(is, is.skip === 'always' ? 'high' : 'medium')]
      : [];
  });
  // A test that was never run yet proves nothing, but takes nothing away either.
  const fresh = units.after.filter(
    (unit) => unit.test && !known.has(unit) && unit.skip === 'always' && unit.assertions.length > 0,
  );
  return once([...found, ...fresh.map((unit) => skipOf(unit, 'low'))]);
}

/** Whether a pipeline or a script that changed along asks for just the tests that a mark leaves out elsewhere. */
function runsElsewhere({ source, skipLine }: Unit, { before, after }: Change): boolean {
  const marked = (after.get(source.path) ?? '').split('\n').slice(Math.max(0, skipLine - 2), skipLine + 1);
  const text = marked.join('\n');
  const tags = /^\/\/go:build (.*)$/m.exec(text)?.[1]?.match(/(?<!!)\b\w+/g) ?? [];
  const switches = text.match(/\b[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\b/g) ?? [];
  const asked = [
    ...tags.map((tag) => `-tags[ =]["']?[\\w,]*\\b${tag}\\b`),
    ...switches.map((name) => `\\b${name}\\s*[:=]`),
    ...(/#\[ignore\b/.test(text) ? ['--(include-)?ignored\\b'] : []),
  ];
  if (asked.length === 0) return false;
  const found = new RegExp(asked.join('|'));
  return [...after].some(
    ([path, now]) =>
      (isPipeline(path) || isConfiguration(path) || /(^|\/)([Mm]akefile|justfile)$|\.(sh|mk)$/.test(path)) &&
      found.test(now) &&
      !found.test(before.get(path) ?? ''),
  );
}

function skipOf(unit: Unit, severity: Suspicion['severity']): Suspicion {
  const when = unit.skip === 'sometimes' ? 'only runs under a condition now' : 'does not run';
  return {
    at: { side: 'after', file: unit.source.path, line: unit.skipLine },
    kind: 'skipped-test',
    severity,
    message: `The test '${unit.name}' ${when}.`,
  };
}

/** One marker may skip many tests: it is told once. */
function once(suspicions: readonly Suspicion[]): Suspicion[] {
  const seen = new Set<string>();
  return suspicions.filter(({ at }) => {
    const key = `${at.file}\n${at.line}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function focused({ sources }: Change): Suspicion[] {
  const names = ({ tests }: Source) => tests.filter(({ focus }) => focus);
  const before = new Set(sources.before.flatMap(names).map(({ name }) => name));
  return sources.after
    .filter(({ same }) => !same)
    .flatMap((source) =>
      names(source)
        .filter(({ name }) => !before.has(name))
        .map(
          ({ name, line }): Suspicion => ({
            at: { side: 'after', file: source.path, line },
            kind: 'focused-test',
            severity: 'high',
            message: `Only '${name}' runs; the other tests beside it do not.`,
          }),
        ),
    );
}
