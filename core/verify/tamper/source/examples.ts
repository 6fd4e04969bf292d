/** Examples in the documentation of Rust that are run as tests: blocks between fences in `///` and `//!`. */
import type { Code } from '../lex/token.ts';

/** An example that runs. */
export interface Example {
  /** What it documents; empty for a module or a crate. */
  readonly of: string;
  /** Where it begins. */
  readonly line: number;
  /** Its program, on the lines where it stands in the file. */
  readonly text: string;
}

/** What may stand behind a fence whose block is run. */
const running = /^(rust|should_panic|edition\d+|standalone_crate|test_harness)$/;

/** A file of more lines of documentation is generated. */
const longest = 50_000;

/** The examples of a file that run, in order. */
export function examplesOf(code: Code): Example[] {
  const found: Example[] = [];
  let open: { line: number; lines: string[]; runs: boolean; last: number } | undefined;
  for (const { text, line } of code.comments.slice(0, longest)) {
    const said = /^\/\/[/!] ?(.*)$/.exec(text)?.[1];
    // A block that nobody closed ends with its comment.
    if (said === undefined || text.startsWith('////') || (open && line > open.last + 1)) open = undefined;
    if (said === undefined) continue;
    const fence = /^\s*(?:```|~~~)\s*([^`]*)$/.exec(said);
    if (fence === null) {
      if (open) open.lines.push(programOf(said));
    } else if (open) {
      const lines = open.lines.join('\n');
      if (open.runs)
        found.push({
          of: text.startsWith('//!') ? '' : ownerAfter(code, line),
          line: open.line,
          text: '\n'.repeat(open.line) + lines,
        });
      open = undefined;
      continue;
    } else open = { line, lines: [], runs: runs(fence[1] ?? ''), last: line };
    if (open) open.last = line;
  }
  return found;
}

const runs = (tags: string) => tags.split(/[\s,]+/).every((tag) => tag === '' || running.test(tag));

/** A line of an example: behind a hash and a space it is run, and not shown. */
const programOf = (said: string) =>
  said
    .replace(/^(\s*)# /, '$1')
    .replace(/^\s*#$/, '')
    .replace(/^(\s*)##/, '$1#');

const kinds = /^(fn|struct|enum|trait|mod|const|static|type|union|macro_rules)$/;

/** The name of what is documented: the first that is declared behind a line. */
function ownerAfter({ tokens, partner }: Code, line: number): string {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.line ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  // Attributes, marks and bounds stand before a name.
  for (let at = low; at < low + 60; at += 1) {
    const text = tokens[at]?.text ?? '';
    const next = tokens[at + 1];
    if (text === '[') at = Math.max(at, partner[at] ?? -1);
    else if (kinds.test(text) && next?.kind === 'word' && !kinds.test(next.text)) return next.text;
    else if (text === 'macro_rules') return tokens[at + 2]?.text ?? '';
    else if (/^[;}]$/.test(text)) break;
  }
  return tokens[low]?.text ?? '';
}
