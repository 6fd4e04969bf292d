/** pytest with -v or -rA, and unittest with -v. */
import { type CaseReader, caseOf, type TestCase } from './case.ts';

const WORD = '(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)';
const LIVE = new RegExp(`^(\\S+?\\.py::.+?) ${WORD}(?: \\(.*\\))?(?: +\\[ *\\d+%\\])?$`);
/** pytest-xdist and the summary of -rA put the word first. */
const LISTED = new RegExp(`^(?:\\[gw\\d+\\] \\[ *\\d+%\\] )?${WORD} (\\S+?\\.py::\\S.*?)(?: - .*)?$`);

const outcomes: Readonly<Record<string, TestCase['outcome']>> = {
  ...{ PASSED: 'passed', XPASS: 'passed', FAILED: 'failed', ERROR: 'failed' },
  ...{ SKIPPED: 'skipped', XFAIL: 'skipped' },
};

/** Reads both forms. */
export const readPytestCases: CaseReader = (lines) =>
  lines.flatMap((line): TestCase[] => {
    if (!line.includes('.py::')) return [];
    const [, name, word] = LIVE.exec(line) ?? [];
    const [, word2, name2] = word === undefined ? (LISTED.exec(line) ?? []) : [];
    const id = name ?? name2;
    const outcome = outcomes[word ?? word2 ?? ''];
    return id === undefined || outcome === undefined ? [] : [caseOf(id.split('::'), outcome)];
  });

/** Reads `test_x (module.Class.test_x) ... ok`; a test with a docstring says how it went on its next line. */
export const readUnittestCases: CaseReader = (lines) =>
  lines.flatMap((line, at): TestCase[] => {
    const [, name, where, own] = /^(\w+) \(([\w.]+)\)(?: \.\.\. (.+))?$/.exec(line) ?? [];
    if (name === undefined || where === undefined) return [];
    const ending = own ?? / \.\.\. (.+)$/.exec(lines[at + 1] ?? '')?.[1];
    const outcome = ending === undefined ? undefined : unittestOutcome(ending);
    if (outcome === undefined) return [];
    const parts = where.split('.').filter((part, index, all) => index < all.length - 1 || part !== name);
    return [caseOf([...parts, name], outcome)];
  });

function unittestOutcome(ending: string): TestCase['outcome'] | undefined {
  if (ending === 'ok' || ending === 'unexpected success') return ending === 'ok' ? 'passed' : 'failed';
  if (ending === 'FAIL' || ending === 'ERROR') return 'failed';
  return ending.startsWith('skipped') || ending === 'expected failure' ? 'skipped' : undefined;
}
