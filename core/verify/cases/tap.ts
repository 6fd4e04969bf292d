/** TAP as node:test writes it: `# Subtest: name` opens, `ok 1 - name` closes, four spaces a level. */
import { type CaseReader, caseOf, type TestCase } from './case.ts';

/** Reads the results that have none below them; a suite is no test. */
export const readTap: CaseReader = (lines) => {
  const cases: TestCase[] = [];
  let open: string[] = [];
  let deepest = -1;
  for (const line of lines) {
    const opened = /^( *)# Subtest: (.+)$/.exec(line);
    if (opened) {
      const level = (opened[1] ?? '').length / 4;
      open = [...open.slice(0, level), opened[2] ?? ''];
      deepest = level;
      continue;
    }
    const [, space, not, rest] = /^( *)(not )?ok \d+ - (.+)$/.exec(line) ?? [];
    if (space === undefined || rest === undefined) continue;
    const level = space.length / 4;
    const skipped = / # (?:SKIP|TODO)\b/.test(rest);
    const name = rest.replace(/ # (?:SKIP|TODO)\b.*$/, '').replaceAll('\\#', '#');
    const group = level < deepest;
    deepest = level;
    if (group || /^(?:\/|[A-Z]:)\S*\.[cm]?[jt]sx?$/.test(name)) continue;
    const outcome = skipped ? 'skipped' : not === undefined ? 'passed' : 'failed';
    cases.push(caseOf([...open.slice(0, level), name], outcome));
  }
  return cases;
};
