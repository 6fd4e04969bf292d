import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { coversEverything, overlap } from '#core/graph/overlap.ts';

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['src', 'src/deep/a.ts'],
  ['src/', 'src/deep/a.ts'],
  ['./src/**', 'src/a.ts'],
  ['/src/**', 'src/a.ts'],
  ['**', 'anything/at/all'],
  ['.', 'src/a.ts'],
  ['src/**', 'src'],
  ['**/*.ts', 'src/a.ts'],
  ['src/*/index.ts', 'src/cart/*.ts'],
  ['src/**/test/**', 'src/cart/test/a.ts'],
  ['src/{cart,coupon}/**', 'src/coupon/book.ts'],
  ['src/{cart,coupon/book}.ts', 'src/coupon/book.ts'],
  ['{src/a,test/b}/**', 'test/b/c.ts'],
  ['src/@(a|b/c).ts', 'src/b/c.ts'],
  ['src/[ab].ts', 'src/a.ts'],
  ['src/\\[id\\].ts', 'src/[id].ts'],
  ['src/\\a.ts', 'src/a.ts'],
  ['!src/a.ts', 'test/b.ts'],
  ['src/!(a).ts', 'src/b.ts'],
  ['src/../test/a.ts', 'test/a.ts'],
  ['**/a/**/b/**', 'x/a/y/b'],
  ['src/file?.ts', 'src/file1.ts'],
])('%s and %s overlap', (a, b) => {
  expect(overlap([a], [b])).toBe(true);
  expect(overlap([b], [a])).toBe(true);
});

test.each([
  ['src/a.ts', 'src/b.ts'],
  ['src/cart/**', 'src/coupon/**'],
  ['src/cart', 'src/cart2'],
  ['src/*.ts', 'src/deep/*.js'],
  ['src/**/*.ts', 'test/**/*.ts'],
  ['src/a*.ts', 'src/b*.ts'],
  ['docs/*.md', 'docs/*.png'],
  ['@scope/a/**', '@other/b/**'],
])('%s and %s do not overlap', (a, b) => {
  expect(overlap([a], [b])).toBe(false);
  expect(overlap([b], [a])).toBe(false);
});

test('nothing overlaps with an empty list', () => {
  expect(overlap([], ['**'])).toBe(false);
});

const name = fc.constantFrom('a', 'b', 'src', 'test', 'a.ts', 'b.ts', 'ab.ts', 'x.js', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 5 });

/** Ways to write one name of a path in a glob. */
const disguises: readonly ((part: string) => string)[] = [
  (part) => part,
  () => '*',
  (part) => `${part.slice(0, 1)}*`,
  (part) => `*${part.slice(-1)}`,
  (part) => `?${part.slice(1)}`,
  (part) => `[${part.slice(0, 1)}z]${part.slice(1)}`,
  (part) => `{${part},other}`,
  (part) => `{other/deep,${part}}`,
  (part) => `@(${part}|other)`,
  (part) => `@(${part}|other/deep)`,
  (part) => `+(${part}|other)`,
  (part) => `?(q)${part}`,
  (part) => `*(q)${part}`,
  () => '!(other)',
  (part) => `\\${part}`,
];

/** A glob made from the names: each disguised, `**` here and there in place of some or between them. */
function globFor(names: readonly string[]): fc.Arbitrary<string> {
  const parts = names.map((part) =>
    fc
      .tuple(fc.constantFrom(...disguises), fc.constantFrom('keep', 'keep', 'keep', 'swallow', 'insert'))
      .map(([disguise, how]) => {
        if (how === 'swallow') return '**';
        return how === 'insert' ? `**/${disguise(part)}` : disguise(part);
      }),
  );
  return fc.tuple(...parts).map((made) => made.join('/'));
}

const glob = path.chain(globFor);

test('two globs that match one path overlap', () => {
  let both = 0;
  const pair = path.chain((names) => fc.tuple(fc.constant(names.join('/')), globFor(names), globFor(names)));
  fc.assert(
    fc.property(pair, ([where, a, b]) => {
      if (!picomatch(a)(where)) return;
      expect(overlap([a], [where])).toBe(true);
      if (!picomatch(b)(where)) return;
      both += 1;
      expect(overlap([a], [b])).toBe(true);
    }),
    { numRuns: 1500 },
  );
  // Else the property would say nothing: nearly every disguise still matches.
  expect(both).toBeGreaterThan(750);
});

test('overlap is symmetric, and a list overlaps with itself', () => {
  const globs = fc.array(glob, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(globs, globs, (a, b) => {
      expect(overlap(a, b)).toBe(overlap(b, a));
      expect(overlap(a, a)).toBe(true);
    }),
  );
});

test('folders of different names are disjoint, whatever is below them', () => {
  fc.assert(
    fc.property(name, glob, glob, (folder, a, b) => {
      expect(overlap([`left/${folder}/${a}`], [`right/${folder}/${b}`])).toBe(false);
    }),
  );
});

test('many double stars are no matter of patience', () => {
  const deep = (end: string) => `${'**/a/'.repeat(60)}${end}`;
  expect(overlap([deep('b')], [deep('c')])).toBe(true);
  expect(overlap([`x/${deep('b')}`], [`y/${deep('c')}`])).toBe(false);
});

test.each(['*', '**', '**/*', '*/**', '.', './**', '/', '*.*', '!docs/**'])(
  '%s covers everything',
  (glob) => {
    expect(coversEverything(glob)).toBe(true);
    for (const other of ['src/a.ts', 'docs', '**/*.md', '{a,b}/**'])
      expect(overlap([glob], [other])).toBe(true);
  },
);

test.each(['src/**', '**/*.ts', '*.md', '{a,b}/**', '!(a).ts', 'src'])(
  '%s does not cover everything',
  (glob) => {
    expect(coversEverything(glob)).toBe(false);
  },
);

test('a glob that no file matches holds nobody up', () => {
  expect(overlap(['src/cart/nothing-is-called-so-*.ts'], ['src/cart/total.ts', 'docs/**'])).toBe(false);
});
