/** Hooks of a test runner that leave tests out, or tell that all went well. */
import type { Change, Source } from '../change.ts';
import type { FindingKind, Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import { blockEndAt } from '../source/indent.ts';

/** What hooks of pytest do now to the tests that were collected, or to how the run ends, and did not before. */
export function hookRules({ sources }: Change): Suspicion[] {
  const known = new Set(sources.before.flatMap(meddlings).map(({ key }) => key));
  const defined = new Set(sources.before.flatMap(({ definitions }) => definitions.map(({ name }) => name)));
  return (
    sources.after
      .filter(({ same }) => !same)
      .flatMap((source) => meddlings(source).filter(({ key }) => !known.has(key)))
      // A fixture that is new skips none of the tests that there were, unless it is run for all of them.
      .filter(({ fixture }) => fixture === undefined || fixture.forAll || defined.has(fixture.name))
      .map(({ file, line, kind, message }) => ({
        at: { side: 'after', file, line },
        kind,
        severity: 'high',
        message,
      }))
  );
}

interface Meddling {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly kind: FindingKind;
  readonly message: string;
  readonly fixture?: Fixture;
}

interface Fixture {
  readonly name: string;
  /** Whether tests need not ask for it. */
  readonly forAll: boolean;
}

function meddlings({ path, code }: Source): Meddling[] {
  if (!/(^|\/)conftest\.py$/.test(path)) return [];
  return gather(code.tokens, (token, at): Meddling[] => {
    const [next, after, last] = [1, 2, 3].map((step) => code.tokens[at + step]?.text ?? '');
    const at1 = { file: path, line: token.line };
    if (token.text === 'exitstatus' && next === '=' && /^(0|ExitCode|pytest)$/.test(after ?? ''))
      return [{ ...at1, key: 'ends', kind: 'swallowed-failure', message: 'The run is told to end well.' }];
    // A report of pytest, where its hook says how a test went.
    const outcome = /^["'](passed|skipped)["']$/.exec(after ?? '')?.[1];
    if (token.text === 'outcome' && code.tokens[at - 1]?.text === '.' && next === '=' && outcome)
      return [
        {
          ...at1,
          key: 'outcome',
          kind: 'swallowed-failure',
          message: `A test is told to have ${outcome}, however it went.`,
        },
      ];
    if (token.text === 'pytest_collection_modifyitems' && marksByName(code, at))
      return [
        {
          ...at1,
          key: 'marks',
          kind: 'test-config-edit',
          message: 'Collected tests are marked to be skipped.',
        },
      ];
    const fixture = skipsTests(code, at);
    const message = 'A fixture skips the tests that it is run for.';
    if (fixture) return [{ ...at1, key: `skips ${fixture.name}`, kind: 'skipped-test', message, fixture }];
    const filters = next === '[' && after === ':' && last === ']' && code.tokens[at + 4]?.text === '=';
    const removes = next === '.' && /^(remove|pop|clear)$/.test(after ?? '');
    if (token.text !== 'items' || !(filters || removes)) return [];
    const value = code.tokens[at + 5]?.text;
    // Another order of the same tests leaves none out.
    if (filters && /^(sorted|reversed)$/.test(value ?? '')) return [];
    return [{ ...at1, key: 'items', kind: 'test-config-edit', message: 'Collected tests are left out.' }];
  });
}

/** What somebody may ask for, or a test may say of itself: by that it is chosen, and not by where it stands. */
const asked =
  /^(getoption|getini|getvalue|environ|getenv|keywords|get_closest_marker|iter_markers|own_markers|platform|version_info|find_spec|which)$/;

/** Whether the hook at `at` marks tests as skipped or expected to fail, whatever is asked for. */
function marksByName(code: Source['code'], at: number): boolean {
  if (code.tokens[at - 1]?.text !== 'def') return false;
  const body = code.tokens.slice(at, Math.min(blockEndAt(code, at - 1), at + longestFixture) + 1);
  const has = (word: RegExp) => body.some(({ text }) => word.test(text));
  return has(/^add_marker$/) && has(/^(skip|xfail)$/) && !has(asked);
}

/** A fixture is no longer. */
const longestFixture = 400;

/** The fixture that is defined at `at`, where it skips whatever test asks for it. */
function skipsTests(code: Source['code'], at: number): Fixture | undefined {
  const { tokens } = code;
  if (tokens[at]?.text !== 'def') return undefined;
  let head = at - 1;
  while (head > at - 40 && head > 0 && !(tokens[head]?.first && tokens[head]?.text === '@')) head -= 1;
  const words = tokens.slice(head, at).map(({ text }) => text);
  if (!words.includes('fixture')) return undefined;
  const body = tokens.slice(at, Math.min(blockEndAt(code, at), at + longestFixture));
  const skips = body.some(
    ({ text }, index) =>
      text === 'skip' && body[index - 1]?.text === '.' && body[index - 2]?.text === 'pytest',
  );
  return skips ? { name: tokens[at + 1]?.text ?? '', forAll: words.includes('autouse') } : undefined;
}
