/** The report on text that no person wrote, and on trees of every order: it comes to an end, and says the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tree } from '#core/verify/tamper/finding.ts';
import { Finding } from '#core/verify/tamper/finding.ts';
import { tamperReport } from '#core/verify/tamper/report.ts';
import { casesOf } from './cases.ts';

const paths = [
  ...[
    'a.test.ts',
    'src/a.ts',
    'test_a.py',
    'a.py',
    'a_test.go',
    'a.go',
    'tests/a.rs',
    'src/a.rs',
    'ATest.java',
  ],
  ...['package.json', '.github/workflows/a.yml', 'pom.xml', 'pytest.ini', 'a.snap', 'Makefile', 'Dockerfile'],
  ...[
    '.gitlab-ci.yml',
    '.circleci/config.yml',
    'Jenkinsfile',
    'exclude.xml',
    'lighthouserc.json',
    'conftest.py',
  ],
];
const path = fc.constantFrom(...paths);
/** Pieces that mean something to a rule, in any order, with text that means nothing between them. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'it("a", () => {',
      'expect(',
      ').toBe(',
      'describe(',
      '});',
      'def test_a():\n    ',
      'assert ',
      'if x:\n',
    ],
    ...[
      'func TestA(t *testing.T) {',
      't.Errorf("',
      'if got != want {',
      '#[test]\nfn a() {',
      'assert_eq!(',
      '}',
    ],
    ...[
      '@Test\nvoid a() {',
      'assertThat(',
      'return;',
      'catch (e) {',
      '`${',
      '"""',
      '/*',
      '*/',
      '//',
      '#',
      '\\',
    ],
    ...['macro_rules! a {', 'a! {', 'jest.mock("./a"', 'patch("a.b"', '.each([', '|| true', '-k ', '\n'],
    ...[
      'before(() => this.skip());',
      'catch_unwind(|| {',
      '.is_err() {',
      '@pytest.fixture(autouse=True)\ndef a():\n    pytest.skip()\n',
      'rules:\n  - if: ',
      'stage("a") { when { branch',
      '<FindBugsFilter><Match>',
      '@CsvSource({"a, 1", ',
      'it.each`a\n$\u007b1} | ',
      'process.on("unhandledRejection", () => {',
      '#![deny(a)]\n',
      'if ! npm test; then\n',
      '@given(st.text(alphabet="a"))\n',
      '\u0000',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
const tree = fc.dictionary(path, text, { maxKeys: 6 }).map((files): Tree => new Map(Object.entries(files)));

describe('the tamper report on any text', () => {
  it('never throws, and tells of lines that are there', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        for (const one of tamperReport(before, after)) {
          const { file, line, side } = Finding.parse(one);
          expect(line).toBeLessThanOrEqual(
            ((side === 'before' ? before : after).get(file) ?? '').split('\n').length,
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('finds nothing where both trees are the same', () => {
    fc.assert(
      fc.property(tree, (files) => {
        expect(tamperReport(files, new Map(files))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('says the same whatever the order of files', () => {
    const merged = (part: 'before' | 'after') =>
      new Map(
        casesOf('tuned').flatMap((one, at) => [...one[part]].map(([file, is]) => [`${at % 7}/${file}`, is])),
      );
    const [before, after] = [[...merged('before')].slice(0, 60), [...merged('after')].slice(0, 60)];
    const plain = tamperReport(new Map(before), new Map(after));
    expect(plain.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.shuffledSubarray(before, { minLength: before.length }), (shuffled) => {
        expect(tamperReport(new Map(shuffled), new Map([...after].reverse()))).toEqual(plain);
      }),
      { numRuns: 3 },
    );
  });

  it.each([
    `expect(${'a.b('.repeat(12_500)}`,
    `it('a', () => { ${'if (a) { '.repeat(5_000)}expect(1).toBe(2);`,
    `${'if a:\n'.repeat(1_250)}    assert a`,
    `def test_a():\n${Array.from({ length: 600 }, (_, at) => `${' '.repeat(at + 1)}if a:`).join('\n')}\n`,
    `func TestA(t *testing.T) { ${'defer func() { recover() '.repeat(2_000)}`,
    `const a = ${'b ? it : '.repeat(5_000)}`,
    `describe("a", () => { ${'before(() => { this.skip(); '.repeat(1_750)}`,
    `#[test] fn a() { ${'if catch_unwind(|| { assert!(a); }).is_err() { '.repeat(1_000)}`,
    `stage('a') { ${'when { branch '.repeat(3_500)}`,
    `unit:\n  rules:\n${'    - if: $CI_COMMIT_BRANCH == "a:b:'.repeat(1_400)}`,
    `it.each\`a\n${'$\u007b1} | '.repeat(6_000)}\`('a', () => {});`,
    `it.each\`a\n${'$\u007b{'.repeat(12_000)}`,
    `@CsvSource({${'"a, \'b'.repeat(6_000)}`,
    `${'if ! npm test; then\n'.repeat(2_400)}`,
    `${'pytest --ignore a\n'.repeat(2_700)}`,
    `${'npm test | grep '.repeat(3_000)}`,
    `${'#![deny('.repeat(2_500)}${')]'.repeat(2_500)}`,
    `${"process.on('unhandledRejection', () => { ".repeat(1_200)}`,
    `func TestA(t *testing.T) { ${'if a, b := []int{'.repeat(2_500)}`,
    `@given(${'st.lists('.repeat(5_000)}`,
    `def test_a():\n    ${'for a in ('.repeat(4_500)}`,
    `${'A_B=1 skip A_B '.repeat(3_300)}`,
    `x: ${'['.repeat(50_000)}`,
    `${'want := got\n'.repeat(3_750)}`,
    `macro_rules! a { ${'#[test] fn $n() {} '.repeat(750)} }\n${'a! { x } '.repeat(750)}`,
    `pytest ${'-k '.repeat(17_500)}`,
    `{[(${'}])'.repeat(17_500)}`,
    `\u0000${'\u0000a'.repeat(25_000)}`,
    'x'.repeat(50_000),
  ])('comes to an end on 50 kB of one kind (%#)', (long) => {
    for (const one of [
      'a.test.ts',
      'test_a.py',
      'a_test.go',
      'tests/a.rs',
      'ATest.java',
      'a.sh',
      'Makefile',
      'pom.xml',
      'Jenkinsfile',
      '.gitlab-ci.yml',
    ]) {
      const [before, after] = [new Map([[one, `${long}\nx`]]), new Map([[one, long]])];
      expect(tamperReport(before, after)).toBeInstanceOf(Array);
    }
  });

  it('comes to an end on 1,000 files', () => {
    const body = (at: number, value: number) =>
      `it('adds ${at}', () => {\n  const sum = add(${at}, 1);\n  expect(sum).toBe(${value});\n});\n`;
    const files = (of: (at: number) => number) =>
      new Map(Array.from({ length: 1_000 }, (_, at) => [`test/f${at}.test.ts`, body(at, of(at))]));
    expect(
      tamperReport(
        files((at) => at + 1),
        files((at) => at + 2),
      ),
    ).toEqual([]);
  });
});
