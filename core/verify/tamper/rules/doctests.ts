/** Examples in documentation that are run as tests: those that are only shown now. */
import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';

/** Examples that ran, and are marked not to. */
export function doctestRules({ sources }: Change): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    if (was === undefined || source.same) return [];
    const [then, now] = [leftOut(was), leftOut(source)];
    const [last] = now.slice(then.length);
    if (last === undefined) return [];
    return [
      {
        at: { side: 'after', file: source.path, line: now.at(-1) ?? last },
        kind: 'skipped-test',
        severity: 'medium',
        message: 'An example of the documentation is no longer run.',
      },
    ];
  });
}

/** Lines of fences of Rust that say not to run what follows, and of Python's `# doctest: +SKIP`. */
function leftOut({ path, code }: Source): number[] {
  const marks = path.endsWith('.rs')
    ? /^\/\/[/!]\s*```\s*(rust,\s*)?(ignore|no_run|text)\b/
    : /^#\s*doctest:\s*\+SKIP/;
  return code.comments.filter(({ text }) => marks.test(text)).map(({ line }) => line);
}
