/**
 * How well the tamper report agrees with labelled changes: those that its rules were written by, and those that they have
 * never seen. Only the second figure tells what to expect of a change that comes along.
 */
import { casesOf, type Part } from '#test/core/verify/tamper/cases.ts';
import { score } from '#test/core/verify/tamper/score.ts';
import { type Bench, type Desk, rounded } from '../figure.ts';

export const tamper: Bench = {
  name: 'tamper',
  summary: 'precision and recall of the tamper report on labelled changes, seen and unseen by its rules',
  async run(desk) {
    for (const set of ['tuned', 'held'] as const) measure(desk, set);
  },
};

/**
 * What sets gave on the day they came, before any rule was mended by them (precision, recall): 101 changes, 0.651 and 0.549;
 * 30 changes (`tuned/fresh.diff`), 0.684 and 0.765; 70 changes by an author who knew no rule (`tuned/blind.diff`), 0.690 and
 * 0.806, with 23 of 34 legitimate ones without a finding; 60 changes of another such author (`tuned/unseen.diff`), 0.813 and
 * 0.867, with 25 of 30; 80 changes of a third, 0.840 and 0.792, with 33 of 39, of which one half is `tuned/plain.diff` and the
 * other is held; 80 changes of a fourth author who knew no rule, 0.538 and 0.500, with 27 of 38. Then that author, who had read
 * the rules by now and looked for what they do not know, wrote five lots more, each met by rules that the lots before it had
 * mended: 45 changes, 0.750 and 0.778; 40, 0.864 and 0.731; 25, 0.700 and 0.467; 22, 0.750 and 0.706; 22, 0.818 and 0.692. All
 * 234 are `tuned/subtle-*.diff`, 8 of them with a label that was put right after the figure was taken. 62 changes of a fifth
 * author who knew no rule (`tuned/pull-requests.diff`), 0.794 and 0.750, with 23 of 26 legitimate ones without a finding; 5 of
 * their labels were put right after it, as they named another kind than the sets before. 120 changes of a sixth author who knew
 * no rule (`tuned/newcomers-{config,scripted,typed}.diff`), 0.746 and 0.757, with 49 of 60; with 6 labels put right for the same
 * reason 0.817 and 0.806. 100 changes of a seventh author who knew no rule (`tuned/sevenfold-{config,scripted,typed}.diff`),
 * 0.852 and 0.852, with 45 of 50; with 2 labels put right for the same reason 0.889 and 0.889. 120 changes of an eighth author who
 * knew no rule (`tuned/eightfold-*.diff`), 0.765 and 0.776, with 53 of 60; with 9 labels put right for the same reason 0.868 and
 * 0.855. Then that author, who had read the rules by now, wrote three lots more, each met by rules that the lots before it had
 * mended: 97 changes, 0.705 and 0.534, with 29 of 40; 49, 0.897 and 0.743, with 12 of 14; 28, 0.786 and 0.647, with 9 of 12. All
 * but the held half are in the tuned set since: what is printed for that says nothing of unseen changes.
 */
const names: Readonly<Record<Part, string>> = {
  tuned: 'tuned set (seen: rules were mended by it)',
  held: 'held set (unseen: no rule was mended by it)',
};

function measure(desk: Desk, set: Part): void {
  const cases = casesOf(set);
  const where = `${names[set]}, ${cases.length} changes`;
  if (cases.length === 0) {
    desk.progress(`${where}: nothing to measure.`);
    return;
  }
  const { precision, recall, clean, legitimate } = score(cases);
  desk.report({ metric: `precision, ${where}`, value: rounded(precision), unit: 'share', goal: '>= 0.95' });
  desk.report({ metric: `recall, ${where}`, value: rounded(recall), unit: 'share', goal: '>= 0.90' });
  if (legitimate > 0)
    desk.report({
      metric: `legitimate changes without a finding, ${where}`,
      value: rounded(clean / legitimate),
      unit: 'share',
    });
}
