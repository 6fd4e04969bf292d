/** go test (-v and -json), cargo test and cargo nextest. */
import { type CaseReader, caseOf, type TestCase } from './case.ts';

const goOutcomes: Readonly<Record<string, TestCase['outcome']>> = {
  ...{ PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' },
  ...{ pass: 'passed', fail: 'failed', skip: 'skipped' },
};

/** Reads ends whose start was announced: what a test printed by itself has none. */
export const readGoCases: CaseReader = (lines) => {
  const started = new Set<string>();
  return lines.flatMap((line): TestCase[] => {
    const start = /^=== RUN +(\S+)$/.exec(line)?.[1];
    if (start !== undefined) started.add(start);
    const [, word, name] = /^ *--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$/.exec(line) ?? [];
    const outcome = goOutcomes[word ?? ''];
    return name === undefined || outcome === undefined || !started.has(name) ? [] : [caseOf([name], outcome)];
  });
};

const EVENT = /^\{"Time":"[^"]*","Action":"(pass|fail|skip)","Package":"[^"]*","Test":"((?:[^"\\]|\\.)*)"/;

/** Reads the events of `-json`. */
export const readGoJsonCases: CaseReader = (lines) =>
  lines.flatMap((line): TestCase[] => {
    const [, action, name] = (line.startsWith('{"Time":') ? EVENT.exec(line) : null) ?? [];
    const outcome = goOutcomes[action ?? ''];
    if (name === undefined || outcome === undefined) return [];
    return [caseOf([name.replace(/\\(["\\])/g, '$1')], outcome)];
  });

/** Reads `test path::name ... ok`. */
export const readCargoCases: CaseReader = (lines) =>
  lines.flatMap((line): TestCase[] => {
    const [, name, word] =
      /^test (\S.*?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, .*)?$/.exec(line) ?? [];
    if (name === undefined) return [];
    const outcome = word === 'ok' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped';
    return [caseOf(name.split('::'), outcome)];
  });

/** Reads `PASS [   0.004s] (1/5) crate module::name`. */
export const readNextestCases: CaseReader = (lines) =>
  lines.flatMap((line): TestCase[] => {
    const [, word, name] =
      /^ +(PASS|FAIL|SKIP|TIMEOUT|SIGSEGV|SIGABRT|LEAK) \[ *[>\d.]+s\] (?:\( *\d+\/\d+\) )?\S+ (\S+)$/.exec(
        line,
      ) ?? [];
    if (name === undefined) return [];
    const outcome = word === 'PASS' || word === 'LEAK' ? 'passed' : word === 'SKIP' ? 'skipped' : 'failed';
    return [caseOf(name.split('::'), outcome)];
  });
