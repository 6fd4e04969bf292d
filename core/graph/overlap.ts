/**
 * Whether two globs can match a common path. Conservative: when in doubt they overlap, so that two tasks at work never
 * write the same file. Understands `*`, `?`, `**`, and treats braces, classes, extended globs and escapes as wildcards.
 */

/** One name of a path; `any` stands for any number of names, none included. */
type Segment = { readonly any: true } | { readonly any: false; readonly text: string };

const any: Segment = { any: true };
const wild = /[*?[\]{}()!+@\\]/;

function segments(glob: string): Segment[] {
  const path = glob.replace(/^(?:\.?\/)+/, '');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  // A negation matches nearly everything, and what `..` leads to depends on what is before it.
  if (/^!(?!\()/.test(path) || parts.includes('..')) return [any];
  // Braces, brackets and parentheses may hold slashes: from the first that is not closed in its own name, anything goes.
  const open = parts.findIndex((part) => !isClosed(part));
  const known = open === -1 ? parts : [...parts.slice(0, open), '**'];
  return known.map((text) => (text === '**' ? any : { any: false, text }));
}

function isClosed(part: string): boolean {
  const count = (mark: string) => part.split(mark).length;
  return count('{') === count('}') && count('(') === count(')') && count('[') === count(']');
}

/** Two names without `/`: every wildcard may stand for any run of characters, so only the literal ends can differ. */
function namesMeet(a: string, b: string): boolean {
  const [wildA, wildB] = [wild.test(a), wild.test(b)];
  if (!wildA && !wildB) return a === b;
  const head = (text: string) => /^[^*?[\]{}()!+@\\]*/.exec(text)?.[0] ?? '';
  const tail = (text: string) => /[^*?[\]{}()!+@\\]*$/.exec(text)?.[0] ?? '';
  return (
    ((wildA && head(b).startsWith(head(a))) || (wildB && head(a).startsWith(head(b)))) &&
    ((wildA && tail(b).endsWith(tail(a))) || (wildB && tail(a).endsWith(tail(b))))
  );
}

/** Fills a table from the ends: `meets[j]` tells whether what is left of `a` and `b.slice(j)` can name one path. */
function meet(a: readonly Segment[], b: readonly Segment[]): boolean {
  let meets = Array.from({ length: b.length + 1 }, (_, at) => b.slice(at).every((segment) => segment.any));
  for (const left of a.toReversed()) {
    const next = new Array<boolean>(b.length + 1).fill(false);
    next[b.length] = left.any && meets[b.length] === true;
    for (const [back, right] of b.toReversed().entries()) {
      const at = b.length - 1 - back;
      next[at] =
        left.any || right.any
          ? meets[at] === true || next[at + 1] === true
          : meets[at + 1] === true && namesMeet(left.text, right.text);
    }
    meets = next;
  }
  return meets[0] === true;
}

/** Whether any glob of one list can match a path that a glob of the other list matches. A folder's name covers what is in it. */
export function overlap(a: readonly string[], b: readonly string[]): boolean {
  const left = a.map((glob) => [...segments(glob), any]);
  const right = b.map((glob) => [...segments(glob), any]);
  return left.some((x) => right.some((y) => meet(x, y)));
}

/** Whether a glob covers (nearly) every path, so that its task runs alone: nothing but wildcards, or all but something. */
export function coversEverything(glob: string): boolean {
  return /^[*./]*$/.test(glob) || /^!(?!\()/.test(glob);
}
