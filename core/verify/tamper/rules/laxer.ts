/** Options of mocks and servers of tests by which what nobody expected fails a test, and that let it pass now. */
import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isTestPath } from '../path.ts';
import { stringValue } from '../source/source.ts';

interface Option {
  readonly name: RegExp;
  readonly strict: RegExp;
  readonly lax: RegExp;
  /** Whether it is strict where nobody says so. */
  readonly byDefault: boolean;
}

const options: readonly Option[] = [
  // Mock Service Worker.
  { name: /^onUnhandledRequest$/, strict: /^error$/, lax: /^(warn|bypass)$/, byDefault: false },
  // Mockito.
  { name: /^strictness$/, strict: /^STRICT_STUBS$/, lax: /^(LENIENT|WARN)$/, byDefault: true },
  // responses and respx of Python.
  {
    name: /^assert_all_(requests_are_fired|called|mocked)$/,
    strict: /^True$/,
    lax: /^False$/,
    byDefault: false,
  },
];

/** Options that are laxer than they were. */
export function laxerRules({ sources }: Change): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    const ofTests =
      source.isTest || source.tests.length > 0 || isTestPath(source.path) || isSetup.test(source.path);
    if (was === undefined || source.same || !ofTests) return [];
    const [then, now] = [given(was), given(source)];
    return options.flatMap((option): Suspicion[] => {
      const of = (all: readonly Given[], value: RegExp) =>
        all.filter((one) => option.name.test(one.name) && value.test(one.value));
      const fresh = of(now, option.lax).slice(of(then, option.lax).length);
      const strict = of(then, option.strict).length > of(now, option.strict).length;
      const [found] = strict || option.byDefault ? fresh : [];
      return found ? [tell(source.path, found)] : [];
    });
  });
}

const isSetup = /(^|\/)([\w.-]*[._-])?(setup|msw|mocks?)[\w.-]*\.[cm]?[jt]sx?$/i;

const tell = (file: string, { name, value, line }: Given): Suspicion => ({
  at: { side: 'after', file, line },
  kind: 'test-config-edit',
  severity: 'medium',
  message: `What no test expected no longer fails it (${name}: ${value}).`,
});

interface Given {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** `name: 'value'`, `name=value`, `name = Kind.VALUE`. */
function given({ code: { tokens } }: Source): Given[] {
  return tokens.flatMap(({ kind, text, line }, at): Given[] => {
    if (kind !== 'word' || !options.some(({ name }) => name.test(text))) return [];
    if (!/^[:=(]$/.test(tokens[at + 1]?.text ?? '')) return [];
    const value = tokens[tokens[at + 3]?.text === '.' ? at + 4 : at + 2];
    const said = value?.kind === 'string' ? stringValue(value) : (value?.text ?? '');
    return [{ name: text, value: said, line }];
  });
}
