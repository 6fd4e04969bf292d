/** Assertions that are collected and told at the end, where nothing tells them any more: AssertJ's `SoftAssertions`. */
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { spanOf } from './instead.ts';

/** Tests that no longer call `assertAll`, and still collect. */
export function softRules({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    if (is.source.same || !is.source.path.endsWith('.java')) return [];
    const now = spanOf(is);
    const collects = now.find(({ text }, at) => text === 'SoftAssertions' && now[at - 1]?.text === 'new');
    const tells = (unit: typeof is) => spanOf(unit).some(({ text }) => text === 'assertAll');
    if (collects === undefined || tells(is) || !was.some(tells)) return [];
    return [
      {
        at: { side: 'after', file: is.source.path, line: collects.line },
        kind: 'swallowed-failure',
        severity: 'high',
        message: `What '${is.name}' collects of failed assertions is never told.`,
      },
    ];
  });
}
