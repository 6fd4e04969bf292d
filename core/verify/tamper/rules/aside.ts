/** Settings that only hold where nothing is checked: a step that carries files, a profile of Maven that nobody asks for. */
import type { Change } from '../change.ts';
import type { Place } from '../finding.ts';
import { isPipeline } from '../path.ts';

/** Whether a setting stands where no check runs by it. */
export function standsAside({ file, line, side }: Place, { after }: Change): boolean {
  const lines = side === 'after' ? (after.get(file) ?? '').split('\n') : [];
  const stated = lines[line - 1] ?? '';
  if (isPipeline(file) && /^\s*(-\s+)?continue-on-error:/.test(stated))
    return onlyCarries(stepAround(lines, line));
  if (file.endsWith('.xml') && /<(skipTests|skipITs|maven\.test\.skip)>/.test(stated))
    return isForNobody(profileAround(lines, line), after);
  return false;
}

/** A step has no more lines. */
const longest = 200;

/** The step of GitHub's that a line stands in, from its dash on to the next one. */
function stepAround(lines: readonly string[], line: number): readonly string[] {
  const indentOf = (text: string) => /^\s*(?:-\s+)?/.exec(text)?.[0].length ?? 0;
  const column = indentOf(lines[line - 1] ?? '');
  const begins = (text: string) => /^\s*-\s/.test(text) && indentOf(text) === column;
  let from = line - 1;
  while (from > 0 && line - from < longest && !begins(lines[from] ?? '')) from -= 1;
  if (!begins(lines[from] ?? '')) return [];
  let to = line;
  while (to < lines.length && (/^\s*$/.test(lines[to] ?? '') || isInside(lines[to] ?? '', column))) to += 1;
  return lines.slice(from, to);
}

const isInside = (text: string, column: number) =>
  !/^\s*-\s/.test(text.slice(0, column)) && text.length - text.trimStart().length >= column;

/** Actions that carry files and figures from place to place; by what they are called, whoever made them. */
const carrying =
  /^(actions\/(upload|download)-(artifact|pages-artifact)|actions\/cache(\/(save|restore))?|codecov\/codecov-action|codecov\/test-results-action|coverallsapp\/github-action|docker\/login-action|swatinem\/rust-cache)@/i;

function onlyCarries(step: readonly string[]): boolean {
  const text = step.map((one) => one.trim().replace(/^-\s+/, ''));
  const used = text.flatMap((one) => /^uses:\s*["']?([^\s"']+)/.exec(one)?.[1] ?? []);
  return (
    used.length === 1 && used.every((one) => carrying.test(one)) && !text.some((one) => /^run:/.test(one))
  );
}

/** The profile of Maven around a line. */
function profileAround(lines: readonly string[], line: number): string {
  const before = lines.slice(0, line).join('\n');
  const from = before.lastIndexOf('<profile>');
  if (from < before.lastIndexOf('</profile>') || from < 0) return '';
  const rest = lines.slice(line).join('\n');
  return before.slice(from) + rest.slice(0, Math.max(rest.indexOf('</profile>'), 0));
}

/** Whether a profile is only taken by its name, and no pipeline names it. */
function isForNobody(profile: string, after: Change['after']): boolean {
  const name = /<id>\s*([\w.-]+)\s*<\/id>/.exec(profile)?.[1];
  if (name === undefined || /<activation>/.test(profile)) return false;
  const asked = new RegExp(`-P\\s*["']?(?:[\\w.,-]*,)?${name.replaceAll('.', '\\.')}\\b`);
  return ![...after].some(([path, text]) => isPipeline(path) && asked.test(text));
}
