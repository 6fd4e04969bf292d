/**
 * go test: plain, `-v` and `-json`; one summary a package.
 *
 * A test with subtests is a group and not counted itself, unless it fails without one of them failing. Plain output
 * names no passed test, so a passed package counts as one test: a lower bound.
 */
import type { Reader, Summary } from './summary.ts';

type State = 'running' | 'pass' | 'fail' | 'skip';

/** What one package has told so far. */
interface Package {
  from: number;
  /** Whether tests are announced when they start (`-v`, `-json`). */
  verbose: boolean;
  readonly tests: Map<string, State>;
  readonly groups: Set<string>;
}

function opened(from: number): Package {
  return { from, verbose: false, tests: new Map(), groups: new Set() };
}

function record(to: Package, test: string, state: State): void {
  to.tests.set(test, state);
  const slash = test.lastIndexOf('/');
  if (slash > 0) to.groups.add(test.slice(0, slash));
}

/** Counts a package's leaves; `failed` packages have at least one failure, named after the package if nobody else is. */
function closed(of: Package, name: string, verdict: 'ok' | 'fail', at: number): Summary {
  const failures: string[] = [];
  const failedGroups = new Set<string>();
  let passed = 0;
  let skipped = 0;
  for (const [test, state] of [...of.tests].sort(([a], [b]) => b.length - a.length)) {
    if (of.groups.has(test) && (state !== 'fail' || failedGroups.has(test))) {
      if (state === 'fail') failedGroups.add(parentOf(test));
    } else if (state === 'pass') passed += 1;
    else if (state === 'skip') skipped += 1;
    else {
      // Still running at the end of its package: it took the process down with it.
      failures.push(`${name} ${test}`);
      failedGroups.add(parentOf(test));
    }
  }
  if (verdict === 'fail' && failures.length === 0) failures.push(name);
  const failed = failures.length;
  return {
    framework: 'go',
    from: of.from,
    to: at,
    run: passed + failed,
    failed,
    skipped,
    failures: failures.sort(),
  };
}

function parentOf(test: string): string {
  return test.slice(0, Math.max(0, test.lastIndexOf('/')));
}

/** Reads the text forms. */
export const readGo: Reader = (lines) => {
  const summaries: Summary[] = [];
  let open = opened(-1);
  lines.forEach((line, at) => {
    const started = line.startsWith('=== RUN') ? /^=== RUN +(\S+)$/.exec(line)?.[1] : undefined;
    if (started !== undefined) {
      if (open.from < 0) open.from = at;
      open.verbose = true;
      record(open, started, 'running');
    }
    const ended = /^ *--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$/.exec(line.includes('--- ') ? line : '');
    if (ended?.[2] !== undefined) noteEnd(open, ended[1] ?? '', ended[2], at);
    const summary = packageLine(line, at, open);
    if (summary === undefined) return;
    summaries.push(summary);
    open = opened(-1);
  });
  if (open.verbose) summaries.push(closed(open, '(interrupted)', 'fail', lines.length));
  return summaries;
};

/** With `-v` an end without a start is something a test printed. */
function noteEnd(open: Package, verdict: string, test: string, at: number): void {
  if (open.verbose ? !open.tests.has(test) : verdict !== 'FAIL') return;
  if (open.from < 0) open.from = at;
  record(open, test, verdict === 'FAIL' ? 'fail' : verdict === 'SKIP' ? 'skip' : 'pass');
}

function packageLine(line: string, at: number, open: Package): Summary | undefined {
  const [, verdict, name = '', rest = ''] = /^(ok {2}|FAIL|\? {3})\t(\S+)[\t ](.*)$/.exec(line) ?? [];
  if (verdict === undefined) return undefined;
  const from = { ...open, from: open.from < 0 ? at : open.from };
  if (verdict === 'FAIL') return closed(from, rest.startsWith('[') ? `${name} ${rest}` : name, 'fail', at);
  // A passed package leaves nothing running, and plain output shows none of its failures: a test printed this line.
  const unfinished = [...open.tests.values()].some((state) => state === 'running');
  if (unfinished || (!open.verbose && open.tests.size > 0)) return undefined;
  const summary = closed(from, name, 'ok', at);
  const silent = verdict.startsWith('ok') && !open.verbose && !rest.includes('[no tests to run]');
  return silent ? { ...summary, run: 1 } : summary;
}

const EVENT =
  /^\{"Time":"[^"]*","Action":"(run|pass|fail|skip)","Package":"([^"]*)"(?:,"Test":"((?:[^"\\]|\\.)*)")?/;

/** Reads the events of `-json`; packages may interleave there. */
export const readGoJson: Reader = (lines) => {
  const open = new Map<string, Package>();
  const summaries: Summary[] = [];
  lines.forEach((line, at) => {
    const [, action, name, test] = (line.startsWith('{"Time":') ? EVENT.exec(line) : null) ?? [];
    if (action === undefined || name === undefined) return;
    const current = open.get(name) ?? { ...opened(at), verbose: true };
    open.set(name, current);
    if (test !== undefined) record(current, test.replace(/\\(["\\])/g, '$1'), stateOf(action));
    else if (action !== 'run') {
      summaries.push(closed(current, name, action === 'fail' ? 'fail' : 'ok', at));
      open.delete(name);
    }
  });
  for (const [name, left] of open) summaries.push(closed(left, name, 'fail', lines.length));
  return summaries;
};

function stateOf(action: string): State {
  return action === 'pass' || action === 'fail' || action === 'skip' ? action : 'running';
}
