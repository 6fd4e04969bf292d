/**
 * The tests as they were before the work, on the finished work: an expectation that was edited, or a test that was taken
 * away, is put to it once more. What fails there may be meant; which it is, a person has to judge.
 */
import { z } from 'zod';
import type { TestCase } from './cases/case.ts';

/** As many failing tests are named. */
export const mostNamed = 100;

/** Test files that were there before and that the work changed. */
const files = {
  edited: z.array(z.string()).max(200),
  deleted: z.array(z.string()).max(200),
};

/** Tests that ran in their old form, and of whose name none runs any more; left out where there are none. */
const gone = z.array(z.string().max(500)).max(mostNamed).optional();

/** What the failing command wrote, without the lines of tests that passed; empty in reports from before it was kept. */
const output = z.string().max(20_000).default('');

/** How the tests of before went on the finished work. */
export const FormerTests = z.discriminatedUnion('outcome', [
  /** The work changed no test file that was there before, so what passed has these tests in it. */
  z.object({ outcome: z.literal('unchanged') }),
  z.object({ outcome: z.literal('passed'), ...files, gone }),
  /** The failing tests by name; empty where the runner names none. */
  z.object({
    outcome: z.literal('failed'),
    ...files,
    gone,
    failed: z.array(z.string().max(500)).max(mostNamed),
    output,
  }),
  /** The build fails with them. */
  z.object({ outcome: z.literal('unbuildable'), ...files, output }),
]);
export type FormerTests = z.infer<typeof FormerTests>;

/**
 * The names of tests that are gone: wherever a test stands now and with whatever parameters it runs, its own name stays.
 * A renamed one is among them; whether another took over what it looked at, a person sees.
 */
export function goneOf(then: readonly TestCase[], now: readonly TestCase[]): string[] {
  const own = ({ name }: TestCase) => (name.split(' > ').at(-1) ?? name).replace(/[[(/].*$/su, '') || name;
  const left = new Set(now.map(own));
  return [...new Set(then.filter(({ outcome }) => outcome !== 'skipped').map(own))]
    .filter((name) => !left.has(name))
    .slice(0, mostNamed);
}
