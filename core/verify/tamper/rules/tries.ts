/** What the environment of a pipeline, a script or cargo tells properties: how many inputs they are tried with. */
import type { Change } from '../change.ts';
import { readPipeline } from '../config/pipeline.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline } from '../path.ts';
import { isConfiguration } from './settings.ts';

/** Properties that are tried with fewer inputs where a pipeline, a script or cargo runs them. */
export function tryRules({ before, after }: Change): Suspicion[] {
  return [...after].flatMap(([file, text]): Suspicion[] => {
    const was = before.get(file);
    if (was === undefined || was === text || text.length > largest || !runs(file)) return [];
    const [then, now] = [givenIn(was), givenIn(text)];
    const lost = without(then, now);
    return without(now, then).flatMap((one): Suspicion[] => {
      const at = lost.findIndex(({ name }) => name === one.name);
      const [old] = at < 0 ? [] : lost.splice(at, 1);
      const least = old?.count ?? (ranBefore(file, was, text, one) ? usual[one.name] : undefined);
      if (least === undefined || one.count >= least) return [];
      return [
        {
          at: { side: 'after', file, line: one.line },
          ...(old ? { was: { side: 'before', file, line: old.line } as const } : {}),
          kind: 'lowered-threshold',
          severity: 'medium',
          message: `${one.name} is ${one.count}, and was ${least}.`,
        },
      ];
    });
  });
}

/** A file of more than this is data. */
const largest = 200_000;

const runs = (file: string) =>
  isPipeline(file) || isConfiguration(file) || /(^|\/)([Mm]akefile|justfile)$|\.(sh|mk)$/.test(file);

/** What is tried where nobody says it. */
const usual: Readonly<Record<string, number>> = { PROPTEST_CASES: 256, QUICKCHECK_TESTS: 100 };

interface Given {
  readonly name: string;
  readonly count: number;
  readonly line: number;
  /** The line without what was given. */
  readonly rest: string;
}

/** `PROPTEST_CASES: 64`, `PROPTEST_CASES=64 cargo test`, `PROPTEST_CASES = { value = "64" }`. */
const naming = /\b(PROPTEST_CASES|QUICKCHECK_TESTS)\b["']?\s*[:=]\s*(?:\{\s*value\s*=\s*)?["']?(\d+)\b["']?/;

const givenIn = (text: string): Given[] =>
  text.split('\n').flatMap((raw, index): Given[] => {
    const line = raw.slice(0, 2000);
    const found = /^\s*#/.test(line) ? null : naming.exec(line);
    if (found === null) return [];
    const rest = line.replace(found[0], '').replace(/\s+/g, ' ').trim();
    return [{ name: found[1] ?? '', count: Number(found[2]), line: index + 1, rest }];
  });

function without(all: readonly Given[], others: readonly Given[]): Given[] {
  const left = others.map(({ name, count }) => `${name} ${count}`);
  return all.filter(({ name, count }) => {
    const at = left.indexOf(`${name} ${count}`);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Whether what is told a number now ran before without one: the command itself, or the step or the job around it. */
function ranBefore(file: string, was: string, text: string, { line, rest }: Given): boolean {
  const then = new Set(was.split('\n').map((one) => one.replace(/\s+/g, ' ').trim()));
  if (rest !== '') return then.has(rest);
  if (!isPipeline(file)) return true;
  const stated = text.split('\n')[line - 1]?.trim() ?? '';
  const around = readPipeline(text).jobs.find((job) => job.text.split('\n').includes(stated));
  if (around === undefined) return true;
  const step = around.steps.find((one) => one.text.split('\n').includes(stated));
  const commands = (step?.text ?? around.text).split('\n').filter((one) => /\bcargo\b/.test(one));
  return commands.some((one) => then.has(one));
}
