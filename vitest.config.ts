import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/order.ts';

const common = {
  environment: 'node' as const,
  include: [] as string[],
  // They leave nothing behind, so the files of a worker share their modules: half the time of a module graph each, and
  // most of the time of an embedded database, whose program is compiled once.
  isolate: false,
  /** One more than there are cores: a test waits for its processes half of the time. */
  maxWorkers: availableParallelism() + 1,
  // How long a busy machine may take until what is polled is so; the second that is usual is too short for a page.
  expect: { poll: { timeout: 60_000 } },
};

/** Three kinds of tests by file name: `*.test.ts` is fast and pure, `*.int.test.ts` starts processes, `*.e2e.test.ts` walks the road. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          // Pure tests; a busy machine must not fail one of them.
          testTimeout: 60_000,
          include: ['test/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/*.e2e.test.ts', 'node_modules/**'],
        },
      },
      {
        test: {
          ...common,
          name: 'integration',
          include: ['test/**/*.int.test.ts'],
          // Only ends a test that would hang: at ten processes a core the longest takes two minutes.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          // Three hosts at a time at most, however many cores: each may start sandboxes on all of them.
          maxWorkers: 3,
          // After the others: projects that differ in this must not share their turn.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
