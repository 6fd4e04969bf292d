/** How well the tamper report agrees with the labelled set: the part that its rules were written with, and the part held out. */
import { casesOf, type Part } from '#test/core/verify/tamper/cases.ts';
import { score } from '#test/core/verify/tamper/score.ts';
import { type Bench, type Desk, rounded } from '../figure.ts';

export const tamper: Bench = {
  name: 'tamper',
  summary: 'precision and recall of the tamper report on the labelled set',
  async run(desk) {
    await part(desk, 'tuned');
    await part(desk, 'held');
  },
};

/** Untouched, before any rule was mended by it, the set measured this; what is printed now is no figure of unseen changes. */
const lastSeen = 'held out last and mended since (untouched: precision 0.684, recall 0.765)';

async function part(desk: Desk, name: Part): Promise<void> {
  const cases = casesOf(name);
  const { precision, recall, clean, legitimate } = score(cases);
  const where = `${name === 'held' ? lastSeen : name}, ${cases.length} cases`;
  desk.report({ metric: `precision, ${where}`, value: rounded(precision), unit: 'share', goal: '>= 0.95' });
  desk.report({ metric: `recall, ${where}`, value: rounded(recall), unit: 'share', goal: '>= 0.90' });
  desk.report({
    metric: `legitimate changes without a finding, ${where}`,
    value: rounded(clean / legitimate),
    unit: 'share',
  });
}
