/** Hooks of a test runner that leave tests out, or tell that all went well. */
import type { Change, Source } from '../change.ts';
import type { FindingKind, Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';

/** What hooks of pytest do now to the tests that were collected, or to how the run ends, and did not before. */
export function hookRules({ sources }: Change): Suspicion[] {
  const known = new Set(sources.before.flatMap(meddlings).map(({ key }) => key));
  return sources.after
    .filter(({ same }) => !same)
    .flatMap((source) => meddlings(source).filter(({ key }) => !known.has(key)))
    .map(({ file, line, kind, message }) => ({
      at: { side: 'after', file, line },
      kind,
      severity: 'high',
      message,
    }));
}

interface Meddling {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly kind: FindingKind;
  readonly message: string;
}

function meddlings({ path, code }: Source): Meddling[] {
  if (!/(^|\/)conftest\.py$/.test(path)) return [];
  return gather(code.tokens, (token, at): Meddling[] => {
    const [next, after, last] = [1, 2, 3].map((step) => code.tokens[at + step]?.text ?? '');
    const at1 = { file: path, line: token.line };
    if (token.text === 'exitstatus' && next === '=' && /^(0|ExitCode|pytest)$/.test(after ?? ''))
      return [{ ...at1, key: 'ends', kind: 'swallowed-failure', message: 'The run is told to end well.' }];
    const filters = next === '[' && after === ':' && last === ']' && code.tokens[at + 4]?.text === '=';
    const removes = next === '.' && /^(remove|pop|clear)$/.test(after ?? '');
    if (token.text !== 'items' || !(filters || removes)) return [];
    const value = code.tokens[at + 5]?.text;
    // Another order of the same tests leaves none out.
    if (filters && /^(sorted|reversed)$/.test(value ?? '')) return [];
    return [{ ...at1, key: 'items', kind: 'test-config-edit', message: 'Collected tests are left out.' }];
  });
}
