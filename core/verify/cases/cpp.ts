/** GoogleTest and CTest. */
import { ctestLine, ctestSkips, gtestLine } from '../count/cpp.ts';
import { type CaseReader, caseOf, type TestCase } from './case.ts';

/** Reads `[       OK ] Some/Cart.Sums/0 (0 ms)`: of a test with parameters each case, as `Sums[Some/0]` of `Cart`. */
export const readGtestCases: CaseReader = (lines) =>
  lines.flatMap((line): TestCase[] => {
    const [, passed, failed, skipped] = (line.startsWith('[') ? gtestLine.exec(line) : null) ?? [];
    const name = passed ?? failed ?? skipped;
    if (name === undefined) return [];
    const outcome = passed === undefined ? (failed === undefined ? 'skipped' : 'failed') : 'passed';
    return [caseOf(partsOf(name), outcome)];
  });

function partsOf(name: string): string[] {
  const [, prefix, suite = name, test = '', parameter] =
    /^(?:([^.]+)\/)?([^./]+(?:\/\d+)?)\.([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  const which = [prefix, parameter].filter((part) => part !== undefined).join('/');
  return [suite, which === '' ? test : `${test}[${which}]`];
}

/** Reads `1/3 Test #1: adds ......   Passed    0.00 sec`. */
export const readCtestCases: CaseReader = (lines) =>
  lines.flatMap((line): TestCase[] => {
    const [, name, ok, how = ''] = ctestLine.exec(line) ?? [];
    if (name === undefined) return [];
    return [caseOf([name], ok !== undefined ? 'passed' : ctestSkips.has(how) ? 'skipped' : 'failed')];
  });
