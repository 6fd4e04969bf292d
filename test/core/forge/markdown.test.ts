import { expect, test } from 'vitest';
import { cell, quoted } from '#core/forge/markdown.ts';

test('names in code are quoted as they were written, so that they can be copied', () => {
  expect(quoted('Uses `@tempo/retry` for `Map<string, T>` (`#12`), as @ada wanted in #12 <b>.', 200)).toEqual(
    ['> Uses `@tempo/retry` for `Map<string, T>` (`#12`), as @\u200Bada wanted in #\u200B12 \\<b>.'],
  );
  expect(quoted('``@a`` and ` `', 200)).toEqual(['> ``@a`` and ` `']);
});

test('names in code stand in a cell as they were written, and nothing leaves it', () => {
  expect(cell('Refused with `others-wait`\nby `Map<K, V>` of @ada | *now*')).toBe(
    'Refused with `others-wait` by `Map<K, V>` of @\u200Bada \\| \\*now\\*',
  );
  expect(cell('Refused with `others_wait` by `Map<K, V>`, *now*')).toBe(
    'Refused with `others_wait` by `Map<K, V>`, \\*now\\*',
  );
  expect(cell('Pads  to\n`"abc  "`, and  not to\t`" abc"`')).toBe('Pads to `"abc  "`, and not to `" abc"`');
  expect(cell('a&lt;b & `&lt;` &#60;')).toBe('a&amp;lt;b & `&lt;` &\\#60;');
  expect(quoted('a&lt;b & `&lt;` &#60;', 200)).toEqual(['> a&amp;lt;b & `&lt;` &amp;#\u200B60;']);
  for (const text of ['`a | b`', '`@all', '\\`@all`', '``@all`', 'a ` b` `@all'])
    expect(cell(text)).not.toMatch(/@(?!\u200B)|(?<!\\)[|]|(?<!\\)`/u);
});

test.each([
  ['a span that a later line would end', '` <img>\n`'],
  ['a span that began in the line before', 'a ` b\n` <img> `x`'],
  ['runs of other lengths', '``@all`'],
  ['a backtick that is none', '\\`@all` <img>'],
  ['a fence', '```\n`@all`\n'],
  ['a span that is cut', `\`${'x'.repeat(300)} <img>\``],
])('nothing is taken for code that some reader might not: %s', (_, text) => {
  const shown = quoted(text, 200).join('\n');
  expect(shown).not.toMatch(/@(?!\u200B)|(?<!\\)</u);
});
