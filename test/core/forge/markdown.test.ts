import { expect, test } from 'vitest';
import { quoted } from '#core/forge/markdown.ts';

test('names in code are quoted as they were written, so that they can be copied', () => {
  expect(quoted('Uses `@tempo/retry` for `Map<string, T>` (`#12`), as @ada wanted in #12 <b>.', 200)).toEqual(
    ['> Uses `@tempo/retry` for `Map<string, T>` (`#12`), as @\u200Bada wanted in #\u200B12 \\<b>.'],
  );
  expect(quoted('``@a`` and ` `', 200)).toEqual(['> ``@a`` and ` `']);
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
