import { defineConfig } from 'vitest/config';

const common = { environment: 'node' as const, include: [] as string[] };

/** Three kinds of tests by file name: `*.test.ts` is fast and pure, `*.int.test.ts` starts processes, `*.e2e.test.ts` walks the road. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          // They leave nothing behind, so the files of a worker share their modules: half the time of a module graph each.
          isolate: false,
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
