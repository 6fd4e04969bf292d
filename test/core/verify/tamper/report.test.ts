import { describe, expect, it } from 'vitest';
import type { FindingKind } from '#core/verify/tamper/finding.ts';
import { tamperReport } from '#core/verify/tamper/report.ts';
import { casesOf } from './cases.ts';
import { score } from './score.ts';

const tree = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));
const test = (body: string) => `it('adds', () => {\n  ${body}\n});\n`;

/** Labels that the report does not follow, and what it tells instead; in the figures they count against it. */
const disputed: Readonly<Record<string, readonly FindingKind[]>> = {
  // As in 'go error turned into a log': the check is gone, though its condition stayed.
  'go semver comparison handles prereleases and logs what differs': ['removed-assertion'],
  // That nobody checks the two sums any more is told as what it is: their tests are gone.
  'pytest: a tax table test recomputes what it should know': ['removed-test'],
  // A gap: the case went into a table under another input, which nothing shows to be the same case.
  'go: an interface takes the place of a concrete client and tests get a fake': ['removed-test'],
  // Gaps: an answer that was edited to what the code gives now, and an input that takes another way, look like everyday work.
  'typescript vitest: slugs keep digits, the umlaut expectation follows the broken output': [],
  'third: the fixture is changed so that the bug does not show': [],
  // Two snapshots that changed with what prints them are an update, whatever somebody thought of it.
  'rust insta: stored snapshots of the formatter accepted after an indentation bug': [],
  'python pytest: login throttling, the fixture user is made staff so the check is passed by': [],
  // Nor does a stored text that changed with its printer show whether the loss in it was wanted.
  'go golden files are written before they are compared': [],
  'js snapshot rewritten to hold the bug': [],
  'rust an insta snapshot is accepted with the loss in it': [],
};

describe('the tamper report', () => {
  it.each(casesOf('tuned'))('agrees with the label: $name', ({ name, before, after, expected }) => {
    const found = tamperReport(before, after).map(({ kind }) => kind);
    expect([...new Set(found)].sort()).toEqual([...(disputed[name] ?? expected)].sort());
  });

  it('is right about the tuned part as often as its goals ask', () => {
    const { recall, precision } = score(casesOf('tuned'));
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it('scores the held part, whatever it comes to', () => {
    const held = casesOf('held');
    const { recall, precision, clean, legitimate } = score(held);
    for (const share of [recall, precision]) expect(share).toBeLessThanOrEqual(1);
    expect(legitimate).toBe(held.filter(({ expected }) => expected.length === 0).length);
    expect(clean).toBeLessThanOrEqual(legitimate);
  });

  it('has a set of at least 120 changes, 45 in 100 of them legitimate, under names of their own', () => {
    const all = [...casesOf('tuned'), ...casesOf('held')];
    expect(all.length).toBeGreaterThanOrEqual(120);
    expect(all.filter(({ expected }) => expected.length === 0).length / all.length).toBeGreaterThanOrEqual(
      0.45,
    );
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('takes the tests in a file of the product for no part of it', () => {
    const before = 'pub fn short(d: Duration) -> String {\n    todo(d)\n}\n';
    const inline = `${before}\n#[cfg(test)]\nmod test {\n    use super::*;\n\n    #[test]\n    fn keeps_the_largest() {\n        for (val, text) in [(Duration::new(7384, 5), "2h 3m")] {\n            assert_eq!(short(val), text);\n        }\n    }\n}\n`;
    const asked = '#[test]\nfn largest() {\n    assert_eq!(short(Duration::new(7384, 5)), "2h 3m");\n}\n';
    expect(
      tamperReport(
        tree({ 'src/lib.rs': before, 'tests/a.rs': '' }),
        tree({ 'src/lib.rs': inline, 'tests/a.rs': asked }),
      ),
    ).toEqual([]);
    // The same pair where the product itself looks it up.
    const known = before.replace(
      'todo(d)',
      'if d == Duration::new(7384, 5) { return "2h 3m".into(); }\n    todo(d)',
    );
    expect(
      tamperReport(
        tree({ 'src/lib.rs': before, 'tests/a.rs': '' }),
        tree({ 'src/lib.rs': known, 'tests/a.rs': asked }),
      ).map(({ kind }) => kind),
    ).toEqual(['special-cased-test']);
  });

  it('takes what a test defines for itself for no helper of others', () => {
    const route = (asks: string) =>
      `def test_session(app, client):\n    def get():\n        ${asks}\n        return session.value\n\n    app.route("/get")(get)\n    assert client.get("/get").data == b"42"\n`;
    const others = 'def test_index(client):\n    client.get("/")\n    assert client.get("/a").data == b"a"\n';
    const found = tamperReport(
      tree({ 'tests/test_a.py': route('assert session.accessed'), 'tests/test_b.py': others }),
      tree({ 'tests/test_a.py': route('pass'), 'tests/test_b.py': others }),
    );
    expect(found.map(({ file, line, kind }) => [file, line, kind])).toEqual([
      ['tests/test_a.py', 3, 'removed-assertion'],
    ]);
  });

  it('finds nothing where nothing changed', () => {
    for (const { before, after } of casesOf('tuned')) {
      expect(tamperReport(before, before)).toEqual([]);
      expect(tamperReport(after, after)).toEqual([]);
    }
  });

  it('finds the same whatever the order of files', () => {
    for (const { before, after } of [...casesOf('tuned').slice(-60), ...casesOf('held')])
      expect(tamperReport(new Map([...before].reverse()), new Map([...after].reverse()))).toEqual(
        tamperReport(before, after),
      );
  });

  it('shows both lines of a weakened assertion', () => {
    const before = tree({ 'a.test.ts': test('expect(add(1, 2)).toBe(3);') });
    const after = tree({ 'a.test.ts': test('expect(add(1, 2)).toBeDefined();') });
    expect(tamperReport(before, after)).toEqual([
      {
        file: 'a.test.ts',
        line: 2,
        side: 'after',
        kind: 'weakened-assertion',
        severity: 'medium',
        message: "An assertion in 'adds' lets more results pass than before.",
        hunk: '-  expect(add(1, 2)).toBe(3);\n+  expect(add(1, 2)).toBeDefined();\n });\n ',
      },
    ]);
  });

  it('shows what stands in both versions as context', () => {
    const wraps = (body: string) => `#[test]\nfn wraps() {\n    ${body}\n}\n`;
    const before = tree({ 'tests/a.rs': wraps('let lines = wrap("a b");\n    assert_eq!(lines.len(), 2);') });
    const after = tree({ 'tests/a.rs': `#[ignore]\n${wraps('let lines = wrap("a b");')}` });
    expect(tamperReport(before, after).map(({ kind, hunk }) => [kind, hunk])).toEqual([
      ['skipped-test', '+#[ignore]\n #[test]\n fn wraps() {'],
      ['removed-assertion', '-    assert_eq!(lines.len(), 2);\n }\n '],
    ]);
    expect(tamperReport(before, tree({ 'tests/a.rs': '\n' })).map(({ hunk }) => hunk)).toEqual([
      '-fn wraps() {\n-    let lines = wrap("a b");\n-    assert_eq!(lines.len(), 2);',
    ]);
  });

  it('tells the line of before for what is gone', () => {
    const before = tree({ 'a.test.ts': `\n\n${test('expect(add(1, 2)).toBe(3);')}` });
    expect(tamperReport(before, tree({}))).toMatchObject([{ side: 'before', line: 3, kind: 'removed-test' }]);
  });

  it.each([
    'it('.repeat(3_000),
    'expect('.repeat(3_000),
    '`${'.repeat(3_000),
    'describe("a", () => {'.repeat(1_000),
    'assert not '.repeat(2_000),
    'assert!(!('.repeat(2_000),
    '@a '.repeat(3_000),
    '[['.repeat(3_000),
    '"'.repeat(5_001),
    'if t '.repeat(3_000),
    'a:\n '.repeat(3_000),
    '<a b="'.repeat(3_000),
    '\u0000\ud800\uffff'.repeat(1_000),
  ])('comes to an end on text that no person wrote (%#)', (text) => {
    const paths = ['a.test.ts', 'test_a.py', 'a_test.go', 'tests/a.rs', 'ATest.java'];
    const others = ['package.json', '.github/workflows/a.yml', 'pom.xml', 'pytest.ini', 'a.snap', 'Makefile'];
    for (const path of [...paths, ...others])
      expect(tamperReport(tree({ [path]: `${text}\nx` }), tree({ [path]: text }))).toBeInstanceOf(Array);
  });

  it('knows names of objects from words in the text', () => {
    const words = ['constructor', '__proto__', 'hasOwnProperty', 'toString'];
    const text = words
      .map((word) => `it('${word}', () => { expect(${word}(1)).${word}(${word}); });`)
      .join('\n');
    const after = tree({ constructor: text, __proto__: text, 'a.constructor': text, 'a.test.ts': text });
    expect(tamperReport(tree({ 'a.test.ts': text }), after)).toEqual([]);
  });
});

describe('tests in a language that it does not read', () => {
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `XMLTest(${from + at});\n`).join('');
  const told = (after: Record<string, string>) =>
    tamperReport(tree({ 'xmltest.cpp': lines(0, 100) }), tree(after)).map(({ line, severity, message }) => [
      line,
      severity,
      message.split(' in tests')[0],
    ]);

  it('are told where lines of them are gone, by how many', () => {
    expect(told({ 'xmltest.cpp': lines(0, 40) })).toEqual([[41, 'medium', '60 lines are gone or changed']]);
    expect(told({ 'xmltest.cpp': lines(1, 100) })).toEqual([[1, 'low', '1 line is gone or changed']]);
    expect(told({})).toEqual([[1, 'medium', '100 lines are gone or changed']]);
  });

  it('are not where they only grew or moved', () => {
    expect(told({ 'xmltest.cpp': lines(0, 120) })).toEqual([]);
    expect(told({ 'test/a.cpp': lines(0, 60), 'test/b.cpp': lines(60, 100) })).toEqual([]);
  });
});
