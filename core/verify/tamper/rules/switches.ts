/** Switches in the environment without which tests skip themselves, and that nothing sets any more. */
import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline } from '../path.ts';
import { stringValue } from '../source/source.ts';
import { isConfiguration } from './settings.ts';

/** Names that a pipeline or a script gave a value, and that tests still ask for before they run. */
export function switchRules({ before, after, sources }: Change): Suspicion[] {
  const runs = ([path]: readonly [string, string]) =>
    isPipeline(path) || isConfiguration(path) || /(^|\/)([Mm]akefile|justfile)$|\.(sh|mk)$/.test(path);
  const set = new Set([...after].filter(runs).flatMap(([, text]) => givenIn(text).map(({ name }) => name)));
  const lost = [...before].filter(runs).flatMap(([file, text]) =>
    after.get(file) === text || !after.has(file)
      ? []
      : givenIn(text)
          .filter(({ name }) => !set.has(name))
          .map((one) => ({ file, ...one })),
  );
  if (lost.length === 0) return [];
  const asked = new Set(
    sources.after.filter(({ isTest, tests }) => isTest || tests.length > 0).flatMap(askedIn),
  );
  return lost
    .filter(({ name }) => asked.has(name))
    .map(({ file, line, name }) => ({
      at: { side: 'before', file, line },
      kind: isPipeline(file) ? 'ci-edit' : 'test-config-edit',
      severity: 'high',
      message: `Tests skip themselves without ${name}, and nothing sets it any more.`,
    }));
}

interface Given {
  readonly name: string;
  readonly line: number;
}

/** `DATABASE_URL: postgres://…`, `RUN_SLOW=1 pytest`. */
const givenIn = (text: string): Given[] =>
  text.split('\n').flatMap((line, index) =>
    [...line.slice(0, 500).matchAll(/\b([A-Z][A-Z\d]*_[A-Z\d_]+)(?=[:=])/g)].map((found) => ({
      name: found[1] ?? '',
      line: index + 1,
    })),
  );

const skipping = /^(skip\w*|Skip\w*|skipIf|runIf|assume\w*|EnabledIf\w*|abort)$/;
/** What is asked before a test skips stands close to it. */
const reach = 25;

/** Names in capitals that stand beside what skips. */
function askedIn({ code: { tokens } }: Source): string[] {
  return tokens.flatMap((token, at) => {
    if (!skipping.test(token.text)) return [];
    return tokens
      .slice(Math.max(0, at - reach), at + reach)
      .map((one) => (one.kind === 'string' ? stringValue(one) : one.text))
      .filter((text) => /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(text));
  });
}
