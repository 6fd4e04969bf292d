import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TestCounts } from '#core/verify/check.ts';
import { countTests } from '#core/verify/count/count.ts';

const sample = (name: string): string =>
  readFileSync(new URL(`./samples/${name}.txt`, import.meta.url), 'utf8');
const tuple = (counts: TestCounts): (string | number)[] =>
  counts.framework === 'unknown'
    ? ['unknown']
    : [counts.framework, counts.run, counts.failed, counts.skipped];
const failures = (counts: TestCounts): string[] => (counts.framework === 'unknown' ? [] : counts.failures);

/** Real outputs (nextest: after its manual): framework, run, failed, skipped. Most contain a summary that a test printed. */
const OUTPUTS: readonly (readonly [string, string, number, number, number])[] = [
  ['node-spec', 'node:test', 4, 2, 2],
  ['node-spec-ok', 'node:test', 2, 0, 0],
  ['node-tap', 'node:test', 4, 2, 2],
  ['node-tap-ok', 'node:test', 2, 0, 0],
  ['node-none', 'node:test', 0, 0, 0],
  ['node-empty-file', 'node:test', 0, 0, 0],
  ['node-empty-file-tap', 'node:test', 0, 0, 0],
  // Each result counts, as tape does it; a printed `# tests 99` says nothing.
  ['tape', 'tap', 4, 1, 2],
  ['tape-ok', 'tap', 3, 0, 2],
  ['qunit', 'tap', 2, 1, 2],
  ['ava', 'tap', 2, 1, 2],
  ['tap', 'tap', 3, 1, 1],
  ['bats', 'tap', 2, 1, 1],
  ['vitest', 'vitest', 4, 1, 2],
  ['vitest-verbose', 'vitest', 3, 1, 2],
  ['vitest-colour', 'vitest', 1, 0, 0],
  ['vitest-none', 'vitest', 0, 0, 0],
  ['vitest-broken-file', 'vitest', 2, 1, 0],
  ['vitest-hook', 'vitest', 2, 1, 1],
  ['vitest-unhandled', 'vitest', 2, 1, 0],
  ['jest', 'jest', 3, 1, 2],
  ['jest-colour', 'jest', 3, 1, 2],
  ['jest-none', 'jest', 0, 0, 0],
  ['jest-none-ok', 'jest', 0, 0, 0],
  ['jest-broken-file', 'jest', 4, 2, 2],
  ['mocha', 'mocha', 4, 2, 2],
  ['mocha-dot', 'mocha', 4, 2, 2],
  ['mocha-none', 'mocha', 0, 0, 0],
  ['pytest', 'pytest', 6, 2, 2],
  ['pytest-v', 'pytest', 6, 2, 2],
  ['pytest-q', 'pytest', 6, 2, 2],
  ['pytest-q-s', 'pytest', 6, 2, 2],
  ['pytest-q-colour', 'pytest', 1, 0, 0],
  ['pytest-qq', 'pytest', 6, 2, 2],
  ['pytest-none', 'pytest', 0, 0, 0],
  ['pytest-broken-file', 'pytest', 1, 1, 0],
  ['unittest', 'unittest', 4, 2, 2],
  ['unittest-v', 'unittest', 4, 2, 2],
  ['unittest-ok', 'unittest', 1, 0, 0],
  ['unittest-none', 'unittest', 0, 0, 0],
  ['unittest-broken', 'unittest', 1, 1, 0],
  // Plain go output names failures only: each passed package counts once, and a printed failure is believed.
  ['go-plain', 'go', 4, 3, 0],
  ['go-plain-ok', 'go', 1, 0, 0],
  ['go-plain-none', 'go', 0, 0, 0],
  ['go-none', 'go', 0, 0, 0],
  ['go-broken', 'go', 2, 1, 0],
  ['go-v', 'go', 7, 2, 1],
  ['go-v-none', 'go', 0, 0, 0],
  ['go-v-broken', 'go', 4, 1, 0],
  ['go-json', 'go', 7, 2, 1],
  ['go-json-broken', 'go', 4, 1, 0],
  ['cargo', 'cargo', 7, 1, 1],
  ['cargo-ok', 'cargo', 2, 0, 0],
  ['cargo-none', 'cargo', 0, 0, 0],
  ['cargo-fail-fast', 'cargo', 3, 1, 1],
  ['nextest', 'nextest', 5, 2, 1],
  ['gtest', 'gtest', 4, 2, 1],
  ['gtest-none', 'gtest', 0, 0, 0],
  // What a program of GoogleTest prints within it is the log of one test.
  ['ctest', 'ctest', 5, 4, 2],
  ['ctest-none', 'ctest', 0, 0, 0],
  ['npm-workspaces', 'several', 4, 0, 0],
];

describe('counting the tests of an output', () => {
  it.each(OUTPUTS)('reads %s', (name, ...expected) => {
    const counts = countTests(sample(name));
    expect(tuple(counts)).toEqual(expected);
    expect(TestCounts.parse(counts)).toEqual(counts);
  });

  it('counts what a TAP plan announces and nobody told as failed, and knows nothing of a run without a plan', () => {
    const died = countTests('1..3\nok 1 adds a book\n');
    expect(tuple(died)).toEqual(['tap', 3, 2, 0]);
    expect(failures(died)).toEqual(['2 planned tests did not run']);
    expect(tuple(countTests('TAP version 13\n# cart\nok 1 adds\n'))).toEqual(['unknown']);
    expect(tuple(countTests('1..3 of all\nok then\n1..2\nok, fine\n'))).toEqual(['unknown']);
  });

  it.each(OUTPUTS)('reads %s the same with carriage returns and colours', (name, ...expected) => {
    const esc = String.fromCharCode(27);
    const dressed = sample(name).replaceAll('\n', `${esc}[0m\r\n${esc}[1;32m`);
    expect(tuple(countTests(dressed))).toEqual(expected);
  });

  it.each([
    ['node-spec', ['removes', 'nested fails']],
    ['node-tap', ['removes', 'nested fails']],
    ['vitest', ['a.test.js > cart > removes']],
    ['vitest-broken-file', ['broken.test.js']],
    ['vitest-hook', ['hook.test.js > cart']],
    ['vitest-unhandled', ['(error outside tests)']],
    ['jest-broken-file', ['cart › removes', './broken.test.js']],
    ['mocha', ['cart removes', 'cart inner fails too']],
    ['pytest-q', ['test_cart.py::test_removes', 'test_cart.py::test_needs']],
    ['unittest', ['test_breaks (u.Cart.test_breaks)', 'test_removes (u.Cart.test_removes)']],
    ['go-v', ['example.com/shop/a TestRemoves', 'example.com/shop/a TestTable/two']],
    ['go-json', ['example.com/shop/a TestRemoves', 'example.com/shop/a TestTable/two']],
    ['go-broken', ['example.com/shop/d [build failed]']],
    ['cargo', ['tests::removes']],
    ['nextest', ['one tests::removes', 'two tests::hangs']],
    ['gtest', ['Cart.Fails', 'Some/P.Positive/1']],
    ['ctest', ['fails', 'crashes', 'slow', 'gone']],
  ])('names the failures of %s', (name, expected) => {
    expect(failures(countTests(sample(name)))).toEqual(expected);
  });

  it('says unknown when no known runner spoke', () => {
    expect(countTests('')).toEqual({ framework: 'unknown' });
    expect(countTests('12 passing\nall good\nTests: 3 passed\nok\n1 passed\n')).toEqual({
      framework: 'unknown',
    });
  });

  it('sums several runners of one output', () => {
    expect(tuple(countTests(['vitest', 'pytest', 'go-v', 'cargo'].map(sample).join('\n')))).toEqual([
      'several',
      24,
      6,
      6,
    ]);
  });

  it('takes the last summary of a run, and each run that a header sets apart', () => {
    const script = (name: string): string => `> ${name}@1.0.0 test\n> jest\n\n`;
    expect(tuple(countTests(sample('jest').repeat(2)))).toEqual(['jest', 3, 1, 2]);
    expect(tuple(countTests(script('a') + sample('jest') + script('b') + sample('jest')))).toEqual([
      'jest',
      6,
      2,
      4,
    ]);
    expect(tuple(countTests(sample('vitest').repeat(2)))).toEqual(['vitest', 8, 2, 4]);
  });

  it('takes another runner inside a run for a log of its tests', () => {
    const [head, tail] = sample('vitest').split(' ✓ b.test.js');
    const nested = `${head}${sample('mocha')}${sample('unittest-ok')}${sample('cargo-ok')} ✓ b.test.js${tail}`;
    expect(tuple(countTests(nested))).toEqual(['vitest', 4, 1, 2]);
  });

  it('counts a go test that took its process down as failed, and keeps what an interrupted run had done', () => {
    const panic =
      '=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\npanic: boom\nFAIL\texample.com/x\t0.1s\nFAIL\n';
    expect(tuple(countTests(panic))).toEqual(['go', 2, 1, 0]);
    expect(tuple(countTests(panic.split('FAIL')[0] ?? ''))).toEqual(['go', 2, 1, 0]);
  });

  it('counts a go test that fails itself while its subtests pass', () => {
    const text =
      '=== RUN   TestA\n=== RUN   TestA/x\n--- FAIL: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)\nFAIL\nFAIL\texample.com/x\t0.1s\n';
    expect(countTests(text)).toEqual({
      framework: 'go',
      run: 2,
      failed: 1,
      skipped: 0,
      failures: ['example.com/x TestA'],
    });
  });

  it('names at most 50 failures, each shortened', () => {
    const failed = Array.from({ length: 60 }, (_, n) => `FAILED test_x.py::test_${n}${'x'.repeat(600)}`).join(
      '\n',
    );
    const counts = countTests(`${failed}\n60 failed in 0.10s\n`);
    expect(tuple(counts)).toEqual(['pytest', 60, 60, 0]);
    expect(failures(counts)).toHaveLength(50);
    expect(TestCounts.safeParse(counts).success).toBe(true);
  });

  it('finds the summary behind megabytes of noise, hostile noise too', () => {
    const noise = [
      'x'.repeat(4_000_000),
      '  1 passing (1ms)\n  9 failing\n'.repeat(20_000),
      'ℹ tests 1\n'.repeat(50_000),
      '✖ failing tests:\n'.repeat(20_000),
      '<testsuite>'.repeat(50_000),
      `${String.fromCharCode(27)}]`.repeat(100_000),
    ].join('\n');
    expect(tuple(countTests(`${noise}\n${sample('mocha')}`))).toEqual(['mocha', 4, 2, 2]);
  });
});

describe('counting the tests of JUnit reports', () => {
  const report = (name: string): { path: string; text: string } => ({
    path: `${name}.xml`,
    text: sample(name),
  });

  it.each([
    ['junit-vitest', 4, 1, 2, ['a.test.js > cart > removes']],
    ['junit-pytest', 6, 2, 2, ['test_cart > test_removes', 'test_cart > test_needs']],
    ['junit-mocha', 4, 2, 2, ['cart > removes', 'cart inner > fails too']],
  ])('reads %s', (name, run, failed, skipped, names) => {
    expect(countTests('', [report(name)])).toEqual({
      framework: 'junit',
      run,
      failed,
      skipped,
      failures: names,
    });
  });

  it('sums reports, and does not count their tests again from the output', () => {
    const counts = countTests(sample('vitest'), [report('junit-vitest'), report('junit-pytest')]);
    expect(tuple(counts)).toEqual(['junit', 10, 3, 4]);
  });

  it('falls back to the output when no report holds a test', () => {
    const text = '<?xml version="1.0"?><testsuites tests="7"></testsuites>';
    expect(tuple(countTests(sample('vitest'), [{ path: 'a.xml', text }]))).toEqual(['vitest', 4, 1, 2]);
    expect(tuple(countTests('', [{ path: 'a.xml', text }]))).toEqual(['junit', 0, 0, 0]);
    expect(countTests('', [{ path: 'a.xml', text: '<html></html>' }])).toEqual({ framework: 'unknown' });
  });

  it('takes nothing in CDATA, comments, text or attributes for markup', () => {
    const text = `<testsuite><!-- <testcase name="c"/> --><testcase name="a &gt; &#98;&quot;" classname='>'>
      <system-out><![CDATA[<testcase name="x"><failure/></testcase>]]></system-out></testcase>
      <testcase name="<failure/>"><flakyFailure/></testcase></testsuite>`;
    expect(tuple(countTests('', [{ path: 'a.xml', text }]))).toEqual(['junit', 2, 0, 0]);
    expect(
      failures(countTests('', [{ path: 'a.xml', text: text.replace('<flakyFailure/>', '<failure/>') }])),
    ).toEqual(['<failure/>']);
  });

  it('stops at a report that was cut off', () => {
    const text = sample('junit-vitest');
    expect(
      tuple(countTests('', [{ path: 'a.xml', text: text.slice(0, text.indexOf('cart &gt; later')) }])),
    ).toEqual(['junit', 2, 1, 0]);
  });
});
