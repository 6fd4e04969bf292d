/** Configuration files as flat settings: a path of keys and a value, whatever the syntax. */
import { javascript } from '../lex/javascript.ts';
import { type Code, scan } from '../lex/token.ts';
import type { Setting } from './entry.ts';
import { readLines } from './lines.ts';
import { readXml } from './xml.ts';

export type { Setting } from './entry.ts';

/** Settings of a file by its syntax, which its name tells. */
export function readSettings(file: string, text: string): Setting[] {
  if (/\.(xml|pom)$/.test(file)) return readXml(text);
  if (
    /\.(jsonc?|json5|[cm]?[jt]s)$|(^|\/)\.(eslintrc|babelrc|prettierrc|nycrc|mocharc|c8rc|swcrc|stylelintrc)$/.test(
      file,
    )
  )
    return readBraces(scan(text, javascript));
  if (/\.gradle(\.kts)?$/.test(file)) return readGradle(text);
  const settings = readLines(text, /\.(ya?ml)$/.test(file));
  return /(^|\/)Cargo\.toml$/.test(file) ? settings.flatMap(lintOf) : settings;
}

/** Cargo: `pedantic = { level = "warn", priority = -1 }` says of a lint what `pedantic = "warn"` says. */
function lintOf(one: Setting): Setting[] {
  if (!/(^|\.)lints\.[\w-]+\./.test(one.path)) return [one];
  if (one.value.startsWith('{') || /\.(priority|check-cfg)(\[\])?$/.test(one.path)) return [];
  return [{ ...one, path: one.path.replace(/\.level$/, '') }];
}

/** Gradle has blocks on one line, in Groovy settings without a sign (`limit { minimum 0.8 }`), in Kotlin calls (`minBound(80)`). */
function readGradle(text: string): Setting[] {
  const signed = text.replace(
    /^(.*[{\s])?(\w+) +(?=["']?\d[\d.]*["']?\s*\}?$|(true|false)\s*\}?$)/gm,
    '$1$2 = ',
  );
  const parts = signed
    .replace(/^( *)(\w+)\((\d[\d.]*)\)$/gm, '$1$2 = $3')
    .split('\n')
    .flatMap((line, index) => line.split(/[{}]/).map((part) => ({ part, line: index + 1 })));
  const cut = readLines(parts.map(({ part }) => part).join('\n'), false);
  return cut.map((one) => ({ ...one, line: parts[one.line - 1]?.line ?? one.line }));
}

/** Objects and lists of JSON, and of JavaScript wherever they stand in it. */
export function readBraces(code: Code): Setting[] {
  const settings: Setting[] = [];
  const keys: string[] = [];
  let pending = '';
  // Between the `?` of a choice and its `:` stands a value, and no key.
  let chooses = false;
  code.tokens.forEach((token, at) => {
    const { kind, text } = token;
    const next = code.tokens[at + 1]?.text;
    if (text === '?' && kind === 'punct' && next !== ':') chooses = true;
    else if (text === ':' || text === ',' || text === ';') chooses = false;
    if (kind === 'punct' && /^[[{(]$/.test(text)) {
      keys.push(text === '[' ? `${pending}[]` : pending);
      pending = '';
    } else if (kind === 'punct' && /^[\]})]$/.test(text)) {
      keys.pop();
      pending = '';
    } else if ((next === ':' && !chooses) || next === '=') pending = bare(text);
    else if (text === ',') pending = '';
    else if (kind !== 'punct') {
      const sign = code.tokens[at - 1]?.text === '-' ? '-' : '';
      const path = [...keys.slice(-8), pending].filter((key) => key !== '').join('.');
      if (path !== '') settings.push({ path, value: sign + bare(text), line: token.line });
    }
  });
  return settings;
}

const bare = (text: string) => text.replace(/^["'`](.*)["'`]$/s, '$1');
