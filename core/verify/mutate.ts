/**
 * Small mutations of changed lines: what a check must notice, if it looks at the change at all.
 *
 * A mutation replaces one token, negates one condition, or leaves out one call or one answer on one changed line of code
 * that is no test. The choice is a pure function of the texts: files take turns, so that a handful looks at all of the
 * change.
 */
import { z } from 'zod';
import { TaskId } from '../id.ts';
import type { Token } from './tamper/lex/token.ts';
import { isTestPath, languageOf } from './tamper/path.ts';

/** One changed file as it is now; `lines` are the lines that the change wrote, counted from 1. */
export interface ChangedFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly number[];
}

/** Replaces `was` at line and column by `now`; neither spans lines. */
export const Mutation = z.object({
  path: z.string(),
  line: z.number().int().positive(),
  column: z.number().int().nonnegative(),
  was: z.string(),
  now: z.string(),
});
export type Mutation = z.infer<typeof Mutation>;

/** A mutation as it went: noticed by a check, by none, or no program at all. */
export const MutationRun = Mutation.extend({
  taskId: TaskId,
  outcome: z.enum(['noticed', 'survived', 'unviable']),
});
export type MutationRun = z.infer<typeof MutationRun>;

/** Whether no check looks at a task's change: it was mutated in ways that run, and nobody noticed. */
export function unnoticed(runs: readonly MutationRun[]): boolean {
  const viable = runs.filter(({ outcome }) => outcome !== 'unviable');
  return viable.length > 0 && viable.every(({ outcome }) => outcome === 'survived');
}

/** A handful: enough to hit what a test looks at, few enough to run. */
export const mutationsEach = 5;

/** Of larger files no token is looked at: they are data, or generated. */
const largest = 500_000;

const swaps: Readonly<Record<string, string>> = {
  ...{ '<': '<=', '<=': '<', '>': '>=', '>=': '>' },
  ...{ '===': '!==', '!==': '===', '==': '!=', '!=': '==' },
  ...{ '&&': '||', '||': '&&', '+': '-', '-': '+', '*': '/', '%': '*' },
};

const words: Readonly<Record<string, string>> = {
  ...{ true: 'false', false: 'true', True: 'False', False: 'True' },
  ...{ and: 'or', or: 'and' },
};

const comparisons = new Set(['<', '<=', '>', '>=', '===', '!==', '==', '!=', '&&', '||']);
const importing = /^\s*(?:import|from|package|use|require|export \*|mod|extern|#)\b|require\(/;
const declaring =
  /^\s*(?:return|throw|raise|yield|await|if|else|for|while|switch|case|def|class|func|fn|function|new|assert|defer|go|panic)\b/;

interface Candidate extends Mutation {
  /** The lower the surer that a check of this line would notice. */
  readonly rank: number;
}

/** Up to `limit` mutations of the changed lines, the most telling first; none where only tests or data changed. */
export function mutationsOf(files: readonly ChangedFile[], limit: number = mutationsEach): Mutation[] {
  const queues = files.map((file) => spread(candidatesOf(file)));
  const chosen: Mutation[] = [];
  for (let turn = 0; chosen.length < limit && queues.some((queue) => turn < queue.length); turn += 1) {
    for (const queue of queues) {
      const next = queue[turn];
      if (next !== undefined && chosen.length < limit) chosen.push(next);
    }
  }
  return chosen;
}

/** Best first, but each line once before any line twice. */
function spread(candidates: readonly Candidate[]): Mutation[] {
  const sorted = [...candidates].sort((a, b) => a.rank - b.rank || a.line - b.line || a.column - b.column);
  const seen = new Set<number>();
  const first = sorted.filter(({ line }) => !seen.has(line) && seen.add(line));
  const rest = sorted.filter((one) => !first.includes(one));
  return [...first, ...rest].map(({ path, line, column, was, now }) => ({ path, line, column, was, now }));
}

function candidatesOf({ path, text, lines }: ChangedFile): Candidate[] {
  const language = languageOf(path);
  if (language === undefined || isTestPath(path) || text.length > largest) return [];
  const changed = new Set(lines);
  const written = text.split('\n');
  const { tokens } = language.scan(text);
  const inCode = tokens.flatMap((token, at): Candidate[] => {
    const line = written[token.line - 1] ?? '';
    if (!changed.has(token.line) || importing.test(line)) return [];
    const swap = swapOf(token, line, tokens[at - 1], language.name);
    return swap === undefined
      ? []
      : [{ path, line: token.line, column: token.column, was: token.text, ...swap }];
  });
  const ranks = new Map<number, number>();
  for (const { line, rank } of inCode) ranks.set(line, Math.min(rank, ranks.get(line) ?? rank));
  const whole = [...changed].flatMap((line): Candidate[] => {
    const swap = swapOfLine(written[line - 1] ?? '', language.name, ranks.get(line));
    return swap === undefined ? [] : [{ path, line, ...swap }];
  });
  return [...inCode, ...whole].filter(({ was, now, line, column }) => {
    const stands = written[line - 1]?.slice(column, column + was.length) === was;
    return stands && was !== now;
  });
}

function swapOf(
  token: Token,
  line: string,
  before: Token | undefined,
  language: string,
): { readonly now: string; readonly rank: number } | undefined {
  const { kind, text, column } = token;
  if (text === '!' && isNegation(line, column)) return { now: '', rank: 0 };
  if (text === 'not' && kind === 'word' && language === 'python') return { now: '', rank: 0 };
  if (kind === 'punct') {
    const now = Object.hasOwn(swaps, text) ? swaps[text] : undefined;
    // An operator stands between spaces; type arguments, pointers and signs do not.
    const apart = line[column - 1] === ' ' && line[column + text.length] === ' ';
    if (now === undefined || !apart || (before?.kind === 'punct' && !/^[)\]}]$/.test(before.text)))
      return undefined;
    return { now, rank: comparisons.has(text) ? 0 : 1 };
  }
  if (kind === 'number' && /^\d{1,9}$/.test(text)) return { now: String(Number(text) + 1), rank: 1 };
  if (kind === 'word' && Object.hasOwn(words, text)) return { now: words[text] ?? text, rank: 0 };
  const inner = kind === 'string' ? /^(["'`])(?=[^"'`\n]*\w)[^"'`\n]{1,200}\1$/.exec(text) : null;
  return inner ? { now: `${inner[1]}${inner[1]}`, rank: 3 } : undefined;
}

/** Before what is negated; behind a word, `!` is a macro of Rust or an assertion of TypeScript. */
const isNegation = (line: string, column: number) =>
  /^[\w(]/.test(line.slice(column + 1)) && !/[\w)\]]$/.test(line.slice(0, column));

interface LineSwap extends Pick<Mutation, 'column' | 'was' | 'now'> {
  readonly rank: number;
}

/** What can be changed of a line as a whole. `best` is the rank of the best of its tokens, which say as much where they can. */
function swapOfLine(text: string, language: string, best = Number.POSITIVE_INFINITY): LineSwap | undefined {
  const condition = best > 0 ? conditionOf(text, language) : undefined;
  if (condition !== undefined) {
    const now = language === 'python' ? `not (${condition.was})` : `!(${condition.was})`;
    return { ...condition, now, rank: 0 };
  }
  const answer = best > 1 ? answerOf(text, language) : undefined;
  if (answer !== undefined) return { ...answer, rank: 2 };
  const [, space = '', call] = /^(\s*)([A-Za-z_][\w.]*\(.*\);?)\s*$/.exec(text) ?? [];
  if (call === undefined || declaring.test(text) || !balanced(call)) return undefined;
  return { column: space.length, was: call, now: language === 'python' ? 'pass' : '', rank: 2 };
}

const conditions: Readonly<Record<string, RegExp>> = {
  python: /^(\s*(?:el)?if )(\S.*):\s*$/,
  ...{ go: /^(\s*(?:\} else )?if )([^;{}]+) \{\s*$/, rust: /^(\s*(?:\} else )?if )(?!let )([^;{}]+) \{\s*$/ },
};
/** Of JavaScript and Java: in parentheses, alone on its line or before one statement. */
const inParentheses =
  /^(\s*(?:\} else )?if \()([^;{}]+)\)(?: \{| (?:return|throw|continue|break)\b.*;?)?\s*$/;

/** The condition of an `if` on one line. */
function conditionOf(text: string, language: string): Pick<Mutation, 'column' | 'was'> | undefined {
  const [, head = '', was] = (conditions[language] ?? inParentheses).exec(text) ?? [];
  return was !== undefined && balanced(was) ? { column: head.length, was } : undefined;
}

/** What is returned, where a language lets nothing be returned in its place. */
function answerOf(text: string, language: string): Pick<Mutation, 'column' | 'was' | 'now'> | undefined {
  const none = nothings[language];
  const [, head = '', was] = /^(\s*return )([^\s;#][^;#]*?);?\s*$/.exec(text) ?? [];
  if (none === undefined || was === undefined || !balanced(was) || /[^\w)\]}"'`]$/.test(was))
    return undefined;
  return { column: head.length, was, now: none };
}

const nothings: Readonly<Record<string, string>> = { python: 'None', javascript: 'undefined' };

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** The text with the mutation; null where it does not stand where the mutation says. */
export function mutated(text: string, { line, column, was, now }: Mutation): string | null {
  const lines = text.split('\n');
  const old = lines[line - 1];
  if (old === undefined || old.slice(column, column + was.length) !== was) return null;
  lines[line - 1] = old.slice(0, column) + now + old.slice(column + was.length);
  return lines.join('\n');
}

/** The lines that a change wrote, from `git diff -U0` of one file: its hunks' new sides. */
export function writtenLines(diff: string): number[] {
  const hunks = [...diff.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)];
  // A change of more lines is looked at from its beginning.
  const all = hunks.flatMap(([, from = '0', count = '1']) =>
    Array.from({ length: Math.min(Number(count), 10_000) }, (_, index) => Number(from) + index),
  );
  return all.slice(0, 10_000);
}

/** Where the lines that a commit wrote stand in a later version of the file: lines of the same text. */
export function stillThere(then: string, written: readonly number[], now: string): number[] {
  const before = then.split('\n');
  const texts = new Set(
    written.map((line) => before[line - 1]?.trim() ?? '').filter((text) => text.length > 2),
  );
  return now.split('\n').flatMap((text, at) => (texts.has(text.trim()) ? [at + 1] : []));
}
