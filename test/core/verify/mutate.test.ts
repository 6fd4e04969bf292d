import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutated, mutationsOf, writtenLines } from '#core/verify/mutate.ts';

const all = (text: string) => text.split('\n').map((_, index) => index + 1);
const swaps = (path: string, text: string, limit = 20) =>
  mutationsOf([{ path, text, lines: all(text) }], limit).map(({ was, now }) => `${was} → ${now}`);

test('mutates comparisons, logic, numbers, arithmetic, calls and texts of TypeScript', () => {
  expect(
    swaps(
      'src/a.ts',
      "if (late > 3 && open === true) {\n  fine = days * 2;\n  notify(member);\n  say('late');\n}",
    ),
  ).toEqual([
    '> → >=',
    '* → /',
    'notify(member); → ',
    "say('late'); → ",
    '&& → ||',
    '=== → !==',
    'true → false',
    '3 → 4',
    '2 → 3',
    "'late' → ''",
  ]);
});

test.each([
  [
    'src/a.py',
    'if late > 3 and open == True:\n    notify(member)',
    ['> → >=', 'notify(member) → pass', 'and → or', '== → !=', 'True → False', '3 → 4'],
  ],
  [
    'a.go',
    'if late > 3 && n != 0 {\n\tnotify(member)\n}',
    ['> → >=', 'notify(member) → ', '&& → ||', '!= → ==', '3 → 4', '0 → 1'],
  ],
  ['src/a.rs', 'fn f(n: i64) -> Vec<u8> { if n <= 3 { g(&n); } }', ['<= → <', '3 → 4']],
  ['src/main/java/A.java', 'List<String> f(int n) { return n >= 1 ? a : b; }', ['>= → >', '1 → 2']],
])('mutates %s', (path, text, expected) => {
  expect(swaps(path, text)).toEqual(expected);
});

test.each([
  [
    'src/a.py',
    'if not isfinite(late):\n    return format(late)\nelif ready:\n    return None\nreturn "a", (1)',
    ['not → ', 'ready → not (ready)', '1 → 2', 'format(late) → None', '"a" → ""'],
  ],
  [
    'src/a.ts',
    'if (!ready(a!.b)) return format(late);\n} else if (ready(x)) {\nreturn [...x];\nreturn (\nif (a) b = c;',
    ['! → ', 'ready(x) → !(ready(x))', '[...x] → undefined'],
  ],
  ['a.go', 'if ready(x) {\nif v, ok := m[k]; ok {\nreturn f(x)', ['ready(x) → !(ready(x))']],
  ['a.rs', 'if let Some(x) = f() {\nif x.ready() {\nassert!(y);', ['x.ready() → !(x.ready())']],
  ['A.java', 'if (x.ready()) {\nreturn f(x);', ['x.ready() → !(x.ready())']],
])(
  'negates conditions and leaves answers out where no token of the line says more: %s',
  (path, text, expected) => {
    expect(swaps(path, text)).toEqual(expected);
  },
);

test('leaves tests, data, imports, types and comments alone', () => {
  expect(swaps('test/a.test.ts', 'if (a > 3) b();')).toEqual([]);
  expect(swaps('data.json', '{"a": 3}')).toEqual([]);
  expect(
    swaps('src/a.ts', "import { a } from './b.ts';\n// a > 3\nconst m: Map<string, A> = f<B>(x);"),
  ).toEqual([]);
});

test('looks at changed lines only, at each file in turn, at each line before any twice', () => {
  const text = 'a = b > 1;\nc = d > 2;\ne = f > 3;';
  const chosen = mutationsOf(
    [
      { path: 'a.ts', text, lines: [1, 3] },
      { path: 'b.ts', text, lines: [2] },
    ],
    4,
  );
  expect(chosen.map(({ path, line, was }) => [path, line, was])).toEqual([
    ['a.ts', 1, '>'],
    ['b.ts', 2, '>'],
    ['a.ts', 3, '>'],
    ['b.ts', 2, '2'],
  ]);
});

test('the lines that a change wrote stand in its hunks', () => {
  expect(writtenLines('@@ -1 +1,2 @@ f\n-a\n+b\n+c\n@@ -9,2 +10,0 @@\n@@ -20,0 +21 @@\n')).toEqual([
    1, 2, 21,
  ]);
});

test('a mutation changes one line into another and nothing else, and is chosen the same way again', () => {
  const piece = fc.constantFrom(
    'a',
    ' > ',
    ' < ',
    ' && ',
    ' and ',
    '3',
    ' + ',
    '(',
    ')',
    '"x"',
    "'",
    '\n',
    '\n',
    ';',
    'true',
    'f(x);',
    '\t',
    '/*',
    '#',
    ' == ',
    'é',
  );
  const path = fc.constantFrom('a.ts', 'b.py', 'c.go', 'd.rs', 'E.java');
  fc.assert(
    fc.property(
      path,
      fc.array(piece),
      fc.array(fc.nat(20)),
      fc.integer({ min: 0, max: 8 }),
      (where, pieces, lines, limit) => {
        const text = pieces.join('');
        const chosen = mutationsOf([{ path: where, text, lines }], limit);
        expect(chosen.length).toBeLessThanOrEqual(limit);
        expect(mutationsOf([{ path: where, text, lines }], limit)).toEqual(chosen);
        for (const mutation of chosen) {
          expect(lines).toContain(mutation.line);
          const after = mutated(text, mutation)?.split('\n') ?? [];
          const different = text.split('\n').flatMap((line, at) => (line === after[at] ? [] : [at + 1]));
          expect(different).toEqual([mutation.line]);
          expect(after).toHaveLength(text.split('\n').length);
        }
      },
    ),
  );
});

test('a mutation that does not stand where it says is refused', () => {
  expect(mutated('a > b', { path: 'a.ts', line: 1, column: 0, was: '>', now: '<' })).toBeNull();
  expect(mutated('a > b', { path: 'a.ts', line: 9, column: 0, was: '>', now: '<' })).toBeNull();
});
