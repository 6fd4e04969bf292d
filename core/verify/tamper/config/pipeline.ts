/** The jobs of a pipeline and the events that it runs on, by the indentation of its lines. */

import { runsForRequests } from './occasion.ts';

/** A text and where it stands. */
interface Stated {
  readonly text: string;
  readonly line: number;
}

/** One step of a job; `condition` is its `if` or `when`. */
interface Step {
  readonly text: string;
  readonly condition: Stated | undefined;
}

/** A job with the conditions that hold for all of it. */
export interface Job {
  readonly name: string;
  readonly line: number;
  readonly text: string;
  readonly conditions: readonly Stated[];
  readonly steps: readonly Step[];
  readonly needs: readonly string[];
  /** Of GitLab: whether it runs before a change is merged. */
  readonly forRequests: boolean;
}

/** An event with what narrows it: branches, paths, types. */
export interface Event {
  readonly name: string;
  readonly line: number;
  readonly filters: readonly {
    readonly key: string;
    readonly values: readonly string[];
    readonly line: number;
  }[];
}

interface Line {
  readonly text: string;
  readonly indent: number;
  readonly line: number;
}

/** Reads GitHub's and GitLab's way; of others the jobs are what stands at the left. */
export function readPipeline(text: string): {
  readonly jobs: readonly Job[];
  readonly events: readonly Event[];
} {
  const lines = text.split('\n').flatMap((raw, index): Line[] => {
    const plain = raw
      .slice(0, 2000)
      .replace(/(^|\s)#.*/, '')
      .trimEnd();
    return plain.trim() === ''
      ? []
      : [{ text: plain.trim(), indent: plain.length - plain.trimStart().length, line: index + 1 }];
  });
  const top = blocks(lines);
  const jobs = top.find(([head]) => head?.text === 'jobs:')?.slice(1) ?? lines;
  const on = top.find(([head]) => /^['"]?on['"]?:/.test(head?.text ?? '')) ?? [];
  return { jobs: blocks(jobs).flatMap(jobOf), events: eventsOf(on) };
}

/** Lines cut where one stands as far left as the first. */
function blocks(lines: readonly Line[]): Line[][] {
  const found: Line[][] = [];
  const least = lines[0]?.indent ?? 0;
  for (const line of lines) {
    const last = found.at(-1);
    if (last === undefined || line.indent <= least) found.push([line]);
    else last.push(line);
  }
  return found;
}

const textOf = (lines: readonly Line[]) => lines.map(({ text }) => text).join('\n');
const bare = (text: string) => text.replace(/^\$\{\{\s*|\s*\}\}$/g, '').replace(/^["']|["']$/g, '');
const listOf = (text: string) =>
  text
    .replace(/[[\]"']/g, '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

function jobOf([head, ...body]: readonly Line[]): Job[] {
  // Azure lists its jobs.
  const found = /^(?:-\s+(?:job|stage):\s+([\w.-]+)|["']?([\w.-]+)["']?:)$/.exec(head?.text ?? '');
  const name = found?.[1] ?? found?.[2];
  if (head === undefined || name === undefined || body.length === 0) return [];
  const parts = blocks(body);
  const steps = parts.find(([first]) => first?.text === 'steps:')?.slice(1) ?? [];
  const needs = parts.find(([first]) => /^needs:/.test(first?.text ?? '')) ?? [];
  return [
    {
      name,
      line: head.line,
      text: textOf(body),
      conditions: [...parts.flatMap(([first]) => conditionOf(first) ?? []), ...ruledOut(parts)],
      steps: blocks(steps).map((lines) => ({
        text: textOf(lines),
        condition: lines.map(conditionOf).find((one) => one !== undefined),
      })),
      forRequests: runsForRequests(parts.map((lines) => lines.map(({ text }) => text))),
      needs: needs.flatMap(({ text }) => listOf(text.replace(/^(needs:|-)\s*/, ''))),
    },
  ];
}

/** GitLab's rules of a job, where none of them lets it run for every change. */
function ruledOut(parts: readonly (readonly Line[])[]): Stated[] {
  const rules = parts.find(([first]) => first?.text === 'rules:')?.slice(1) ?? [];
  const asked = rules.flatMap((line) => conditionOf(line) ?? []);
  const usual = /merge_request|DEFAULT_BRANCH|\b(main|master|develop|push)\b|PIPELINE_SOURCE/;
  const open = rules.some(({ text }) =>
    /^-?\s*(when:\s*(always|on_success)|changes:|exists:|!reference)/.test(text),
  );
  return open || asked.some(({ text }) => usual.test(text)) ? [] : asked;
}

function conditionOf(line: Line | undefined): Stated | undefined {
  const found = /^(?:-\s+)?(if|when|condition):\s*(.+)$/.exec(line?.text ?? '');
  if (line === undefined || found === null || /^(on_success|always)$/.test(found[2] ?? '')) return undefined;
  return { text: bare(found[2] ?? ''), line: line.line };
}

/** `on: push`, `on: [push, pull_request]`, or a block of events. */
function eventsOf([head, ...body]: readonly Line[]): Event[] {
  if (head === undefined) return [];
  const inline = head.text.replace(/^['"]?on['"]?:\s*/, '');
  if (inline !== '') return listOf(inline).map((name) => ({ name, line: head.line, filters: [] }));
  return blocks(body).flatMap(([first, ...rest]): Event[] => {
    const name = /^(?:-\s*)?(\w+):?/.exec(first?.text ?? '')?.[1];
    if (first === undefined || name === undefined) return [];
    const filters = blocks(rest).flatMap(([key, ...values]) => {
      const found = /^([\w-]+):\s*(.*)$/.exec(key?.text ?? '');
      if (key === undefined || found === null) return [];
      const given = [found[2] ?? '', ...values.map(({ text }) => text.replace(/^-\s*/, ''))];
      return [{ key: found[1] ?? '', values: given.flatMap(listOf), line: key.line }];
    });
    return [{ name, line: first.line, filters }];
  });
}
