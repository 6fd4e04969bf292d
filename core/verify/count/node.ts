/** node:test, with its spec reporter (`ℹ tests 6`) and its TAP reporter (`# tests 6`). */
import { lastOfEach, type Reader, type Summary, startsScript } from './summary.ts';

const KEYS = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'];

/** What was seen since the last header, until a summary closes it. */
interface Open {
  from: number;
  failures: string[];
  /** A TAP failure whose details still tell whether it is a suite. */
  pending: string | undefined;
  /** Files without a test count as a passed test of node's; not of ours. */
  emptyFiles: number;
}

/** Reads the closing block of seven counters; only the complete block counts. */
export const readNode: Reader = (lines) => {
  const summaries: Summary[] = [];
  const headers: number[] = [];
  let open = opened(0);
  lines.forEach((line, at) => {
    if (startsScript(line) || line === 'TAP version 13') {
      headers.push(at);
      open = opened(at);
    }
    note(open, line);
    const block = /^[ℹ#] tests \d+$/.test(line) ? counters(lines, at) : undefined;
    if (block === undefined) return;
    summaries.push(closed(lines, at, block, open));
    open = opened(at + 1);
  });
  return lastOfEach(summaries, headers);
};

function opened(from: number): Open {
  return { from, failures: [], pending: undefined, emptyFiles: 0 };
}

function note(open: Open, line: string): void {
  const failed = /^ *not ok \d+ - (.*)$/.exec(line);
  if (failed) open.pending = failed[1];
  else if (/^ *failureType: 'subtestsFailed'/.test(line)) open.pending = undefined;
  else if (open.pending !== undefined && /^ *\.\.\.$/.test(line)) {
    open.failures.push(open.pending);
    open.pending = undefined;
  } else if (/^(?:✔|ok \d+ -) (?:\/|[A-Z]:).*\.[cm]?[jt]sx?(?: \([\d.]+ms\))?$/.test(line))
    open.emptyFiles += 1;
}

function counters(lines: readonly string[], at: number): number[] | undefined {
  const sign = lines[at]?.charAt(0);
  const values = KEYS.map((key, offset) => {
    const [, value] = /^. \w+ (\d+)$/.exec(lines[at + offset] ?? '') ?? [];
    return lines[at + offset]?.startsWith(`${sign} ${key} `) && value !== undefined
      ? Number(value)
      : undefined;
  });
  const known = values.filter((value) => value !== undefined);
  return known.length === KEYS.length ? known : undefined;
}

function closed(lines: readonly string[], at: number, block: readonly number[], open: Open): Summary {
  const [, , pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0] = block;
  const failed = fail + cancelled;
  return {
    framework: 'node:test',
    from: open.from > 0 && lines[open.from] === 'TAP version 13' ? open.from : at,
    to: at + KEYS.length,
    run: Math.max(0, pass - open.emptyFiles) + failed,
    failed,
    skipped: skipped + todo,
    failures: lines[at]?.startsWith('#') ? open.failures : listed(lines, at + KEYS.length),
  };
}

/** The spec reporter lists failures after the counters. */
function listed(lines: readonly string[], from: number): string[] {
  const failures: string[] = [];
  const start = lines.slice(from, from + 4).indexOf('✖ failing tests:');
  for (let at = from + start + 1; start >= 0 && at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (startsScript(line) || line.startsWith('ℹ tests ')) break;
    const name = /^✖ (.+) \([\d.]+ms\)$/.exec(line)?.[1];
    if (name !== undefined) failures.push(name);
  }
  return failures;
}
