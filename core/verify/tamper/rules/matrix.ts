/** Versions and combinations that a pipeline ran its checks on and does not now. */
import { readSettings, type Setting } from '../config/setting.ts';

/** What of a matrix is gone, and the line that says so. */
export interface Narrowed {
  readonly side: 'before' | 'after';
  readonly line: number;
  readonly message: string;
}

/** The first axis of a matrix that lost values, or combinations that are excluded now. */
export function narrowedMatrix(path: string, was: string, is: string): Narrowed | undefined {
  const [then, now] = [readSettings(path, was), readSettings(path, is)];
  const [axes, left] = [axesOf(then), axesOf(now)];
  const grew = [...left].some(([key, values]) => values.some(({ value }) => !holds(axes.get(key), value)));
  const excluded = now.find(isExclusion);
  if (excluded && !grew && !then.some(isExclusion))
    return { side: 'after', line: excluded.line, message: 'Combinations are left out of the matrix.' };
  for (const [key, values] of axes) {
    const rest = left.get(key);
    if (rest === undefined || parted.test(key)) continue;
    const lost = values.filter(({ value }) => !holds(rest, value));
    const [first] = lost;
    const fresh = rest.some(({ value }) => !holds(values, value));
    if (first === undefined || fresh || retired(lost, rest)) continue;
    return { side: 'before', line: first.line, message: `Nothing runs on ${key} ${first.value} any more.` };
  }
  return undefined;
}

/** Operating systems are told apart; parts of one run hold all of it however many they are. */
const parted = /shard|group|chunk|index|split|part|^os$|platform|runs-on/i;

const isExclusion = ({ path }: Setting) => /(^|\.)matrix\.exclude\b/.test(path);
const holds = (values: readonly Setting[] | undefined, value: string) =>
  values?.some((one) => one.value === value) ?? false;

function axesOf(settings: readonly Setting[]): Map<string, Setting[]> {
  const found = new Map<string, Setting[]>();
  for (const one of settings) {
    const key = /(?:^|\.)matrix\.([\w-]+)\[\]$/.exec(one.path)?.[1];
    if (key === undefined || /^(include|exclude)$/.test(key)) continue;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

/** The oldest of several versions comes to its end in time. */
function retired(lost: readonly Setting[], rest: readonly Setting[]): boolean {
  const version = ({ value }: Setting) =>
    value.match(/\d+/g)?.reduce((sum, part) => sum * 1000 + Number(part), 0) ?? Number.NaN;
  const parts = ({ value }: Setting) => value.match(/\d+/g)?.length;
  const alike = [...lost, ...rest].every((one) => parts(one) === parts(lost[0] ?? one));
  const oldest = Math.min(...rest.map(version));
  return alike && lost.length === 1 && rest.length > 1 && lost.every((one) => version(one) < oldest);
}
