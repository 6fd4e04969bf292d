/** node:test's spec reporter, vitest (verbose), jest (--verbose) and mocha: a mark, a name, groups by indentation. */
import { type Framework, startsScript } from '../count/summary.ts';
import { type CaseReader, caseOf, type TestCase } from './case.ts';

interface Group {
  readonly indent: number;
  readonly name: string;
}

const LINE = /^( *)(?:([✔✓✖✕×✗﹣○↓✎]) |(\d+\)|-) )?(\S.*)$/;
const outcomes: Readonly<Record<string, TestCase['outcome']>> = {
  ...{ '✔': 'passed', '✓': 'passed' },
  ...{ '✖': 'failed', '✕': 'failed', '×': 'failed', '✗': 'failed' },
  ...{ '﹣': 'skipped', '○': 'skipped', '↓': 'skipped', '✎': 'skipped', '-': 'skipped' },
};

/** Reads lines with a mark. `1)` and `-` are marks of mocha alone: others print such lines for other reasons. */
export function readMarks(framework: Framework): CaseReader {
  return (lines) => {
    const cases: TestCase[] = [];
    let groups: Group[] = [];
    // node lists its failures once more, below the counters and without their suites.
    let listing = false;
    for (const line of lines) {
      listing = line === '✖ failing tests:' || (listing && !startsScript(line));
      if (listing) continue;
      const [, space = '', mark, bullet, rest = ''] = LINE.exec(line) ?? [];
      if (rest === '') continue;
      const indent = space.length;
      const closed = groups.find((group) => group.indent === indent);
      groups = groups.filter((group) => group.indent < indent);
      const sign = mark ?? (framework === 'mocha' && indent > 0 ? bullet : undefined);
      const name = titleOf(rest);
      if (sign === undefined) {
        const group = groupName(framework, bullet === undefined ? rest : `${bullet} ${rest}`, indent);
        if (group !== undefined) groups.push({ indent, name: group });
        continue;
      }
      if (isFile(name, rest) || closed?.name === name) continue;
      const outcome = isSkipped(rest) ? 'skipped' : (outcomes[sign] ?? 'failed');
      const path = [...groups.map((group) => group.name), ...name.split(' > ')];
      cases.push(caseOf(path, outcome));
    }
    return cases;
  };
}

/** node begins a suite with `▶`; jest and mocha write its name alone on an indented line. */
function groupName(framework: Framework, text: string, indent: number): string | undefined {
  if (framework === 'node:test') return text.startsWith('▶ ') ? titleOf(text.slice(2)) : undefined;
  return (framework === 'jest' || framework === 'mocha') && indent > 0 && !isHeader(text) ? text : undefined;
}

/** jest's line about a file, in colours shifted by one. */
const isHeader = (text: string) => /^(?:PASS|FAIL) /.test(text);

/** Without the time, and without what says why it was skipped. */
function titleOf(text: string): string {
  return text
    .replace(/ # (?:SKIP|TODO)\b.*$/, '')
    .replace(/ \((?:[\d.]+ ?m?s|skipped)\)$| \[skipped\]$/, '')
    .replace(/ {1,2}[\d.]+ ?ms$/, '')
    .replace(/^(?:skipped|todo) (?=\S)/, '')
    .trimEnd();
}

function isSkipped(text: string): boolean {
  return / # (?:SKIP|TODO)\b/.test(text) || / \[skipped\]$/.test(text);
}

/** A line about a whole file: vitest's `a.test.ts (3 tests)`, node's file without tests. */
function isFile(name: string, text: string): boolean {
  return /\(\d+ tests?(?: \|[^)]*)?\)(?: |$)/.test(text) || /^(?:\/|[A-Z]:)\S*\.[cm]?[jt]sx?$/.test(name);
}
