/**
 * The tests as they were before the work, on the finished work: an expectation that was edited, or a test that was taken
 * away, is put to it once more. What fails there may be meant; which it is, a person has to judge.
 */
import { z } from 'zod';

/** As many failing tests are named. */
export const mostNamed = 100;

/** Test files that were there before and that the work changed. */
const files = {
  edited: z.array(z.string()).max(200),
  deleted: z.array(z.string()).max(200),
};

/** What the failing command wrote, without the lines of tests that passed; empty in reports from before it was kept. */
const output = z.string().max(20_000).default('');

/** How the tests of before went on the finished work. */
export const FormerTests = z.discriminatedUnion('outcome', [
  /** The work changed no test file that was there before, so what passed has these tests in it. */
  z.object({ outcome: z.literal('unchanged') }),
  z.object({ outcome: z.literal('passed'), ...files }),
  /** The failing tests by name; empty where the runner names none. */
  z.object({
    outcome: z.literal('failed'),
    ...files,
    failed: z.array(z.string().max(500)).max(mostNamed),
    output,
  }),
  /** The build fails with them. */
  z.object({ outcome: z.literal('unbuildable'), ...files, output }),
]);
export type FormerTests = z.infer<typeof FormerTests>;
