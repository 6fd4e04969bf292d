/**
 * Whether two globs can match a common path. Conservative: when in doubt they overlap, so that two tasks at work never
 * write the same file. Understands `*`, `?`, `**`, and treats braces and classes as wildcards.
 */

type Segment = { readonly any: true } | { readonly any: false; readonly text: string };

function segments(glob: string): Segment[] {
  return glob
    .replace(/^\.?\/+/, '')
    .replace(/\/+$/, '/**')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (part === '**' ? { any: true } : { any: false, text: part }));
}

/** Two segments without `/`: walks both; every wildcard may stand for any run of characters. */
function segmentsMeet(a: string, b: string): boolean {
  const wild = /[*?[{(!+@]/;
  if (!wild.test(a) && !wild.test(b)) return a === b;
  const literalHead = (text: string) =>
    text.slice(0, text.search(wild) === -1 ? text.length : text.search(wild));
  const literalTail = (text: string) => /[^*?[\]{}()!+@]*$/.exec(text)?.[0] ?? '';
  const [headA, headB] = [literalHead(a), literalHead(b)];
  const heads =
    wild.test(a) && wild.test(b)
      ? headA.startsWith(headB) || headB.startsWith(headA)
      : wild.test(a)
        ? b.startsWith(headA)
        : a.startsWith(headB);
  if (!heads) return false;
  const [tailA, tailB] = [literalTail(a), literalTail(b)];
  return tailA.endsWith(tailB) || tailB.endsWith(tailA);
}

function meet(a: readonly Segment[], b: readonly Segment[]): boolean {
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  if (headA === undefined) return b.every((segment) => segment.any);
  if (headB === undefined) return a.every((segment) => segment.any);
  if (headA.any) return meet(restA, b) || meet(a, restB);
  if (headB.any) return meet(a, restB) || meet(restA, b);
  return segmentsMeet(headA.text, headB.text) && meet(restA, restB);
}

/** Whether any glob of one list can match a path that a glob of the other list matches. A folder's name covers what is in it. */
export function overlap(a: readonly string[], b: readonly string[]): boolean {
  const folders = (glob: string) => [segments(glob), [...segments(glob), { any: true } as const]];
  return a.some((left) =>
    b.some((right) => folders(left).some((x) => folders(right).some((y) => meet(x, y)))),
  );
}
