import type { FindingKind } from '#core/verify/tamper/finding.ts';
import { tamperReport } from '#core/verify/tamper/report.ts';
import type { Case } from './cases.ts';

/** How well the report agrees with the labels, counted by kind and case. */
export interface Score {
  readonly precision: number;
  readonly recall: number;
  /** Cases labelled `none` for which nothing was found. */
  readonly clean: number;
  readonly legitimate: number;
  readonly wrong: readonly string[];
}

export function score(cases: readonly Case[]): Score {
  let right = 0;
  let extra = 0;
  let missed = 0;
  let clean = 0;
  const wrong: string[] = [];
  for (const { name, expected, before, after } of cases) {
    const found = new Set(tamperReport(before, after).map(({ kind }): FindingKind => kind));
    const more = [...found].filter((kind) => !expected.includes(kind));
    const less = expected.filter((kind) => !found.has(kind));
    right += expected.length - less.length;
    extra += more.length;
    missed += less.length;
    if (expected.length === 0 && more.length === 0) clean += 1;
    if (more.length + less.length > 0)
      wrong.push(
        `${name}: ${[...more.map((kind) => `+${kind}`), ...less.map((kind) => `-${kind}`)].join(' ')}`,
      );
  }
  const legitimate = cases.filter(({ expected }) => expected.length === 0).length;
  // Where nothing was told, nothing was told wrongly; where there was nothing to find, nothing was missed.
  const share = (of: number, all: number) => (all === 0 ? 1 : of / all);
  return {
    precision: share(right, right + extra),
    recall: share(right, right + missed),
    clean,
    legitimate,
    wrong,
  };
}
