/**
 * JUnit XML reports, as vitest, pytest, mocha, Maven, Gradle and many others write them.
 *
 * Counts the `testcase` elements themselves: the totals in the attributes mean different things to different writers.
 */

import type { TestCase } from '../cases/case.ts';

/** What a report counts; `failures` are `classname > name`. */
export interface ReportCounts {
  readonly run: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

/** Reads one report; undefined when it is no JUnit XML. Linear, and nothing inside CDATA or comments is markup. */
export function readJunit(text: string): ReportCounts | undefined {
  const cases = readJunitCases(text);
  if (cases === undefined) return undefined;
  const failures = cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  return { run: cases.length - skipped, failed: failures.length, skipped, failures };
}

/** The tests of one report, each `classname > name`; undefined when it is no JUnit XML. */
export function readJunitCases(text: string): TestCase[] | undefined {
  const cases: TestCase[] = [];
  const asserted = new Map<TestCase, number>();
  let current: TestCase | undefined;
  let isReport = false;
  for (const tag of tagsOf(text)) {
    const name = /^\/?([\w:.-]+)/.exec(tag)?.[1];
    if (name === 'testsuite' || name === 'testsuites') isReport = true;
    if (tag === '/testcase') current = undefined;
    else if (name === 'testcase') {
      const opened: TestCase = { name: titleOf(tag), outcome: 'passed' };
      cases.push(opened);
      const assertions = /\sassertions=["'](\d+)["']/.exec(tag)?.[1];
      if (assertions !== undefined) asserted.set(opened, Number(assertions));
      current = tag.endsWith('/') ? undefined : opened;
    } else if (current !== undefined && (name === 'failure' || name === 'error')) current.outcome = 'failed';
    else if (current?.outcome === 'passed' && name === 'skipped') current.outcome = 'skipped';
  }
  skipEmpty(asserted);
  return isReport ? cases : undefined;
}

/** A test that asserted nothing proves nothing. Believed only of a writer that counts: some write 0 for every test. */
function skipEmpty(asserted: ReadonlyMap<TestCase, number>): void {
  if (![...asserted.values()].some((count) => count > 0)) return;
  for (const [one, count] of asserted) if (count === 0 && one.outcome === 'passed') one.outcome = 'skipped';
}

/** The insides of the tags (`testcase name="x"/`); skips text, CDATA, comments, declarations and instructions. */
function* tagsOf(text: string): Generator<string> {
  let at = text.indexOf('<');
  while (at >= 0) {
    const skip = [
      ['<![CDATA[', ']]>'],
      ['<!--', '-->'],
      ['<?', '?>'],
    ].find(([open = '']) => text.startsWith(open, at))?.[1];
    const end = skip === undefined ? endOfTag(text, at) : text.indexOf(skip, at);
    if (end < 0) return;
    if (skip === undefined) yield text.slice(at + 1, end);
    at = text.indexOf('<', end);
  }
}

/** The `>` that closes the tag at `from`, attribute values passed over. */
function endOfTag(text: string, from: number): number {
  const closing = /[>"']/g;
  closing.lastIndex = from;
  for (let found = closing.exec(text); found !== null; found = closing.exec(text)) {
    if (found[0] === '>') return found.index;
    const quote = text.indexOf(found[0], closing.lastIndex);
    if (quote < 0) return -1;
    closing.lastIndex = quote + 1;
  }
  return -1;
}

function titleOf(tag: string): string {
  const attribute = (name: string): string =>
    decoded(new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`).exec(tag)?.slice(1).find(Boolean) ?? '');
  return [attribute('classname'), attribute('name')].filter((part) => part !== '').join(' > ');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}
