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
  return readLines(text, /\.(ya?ml)$/.test(file));
}

/** Objects and lists of JSON, and of JavaScript wherever they stand in it. */
export function readBraces(code: Code): Setting[] {
  const settings: Setting[] = [];
  const keys: string[] = [];
  let pending = '';
  code.tokens.forEach((token, at) => {
    const { kind, text } = token;
    if (kind === 'punct' && /^[[{(]$/.test(text)) {
      keys.push(text === '[' ? `${pending}[]` : pending);
      pending = '';
    } else if (kind === 'punct' && /^[\]})]$/.test(text)) {
      keys.pop();
      pending = '';
    } else if (code.tokens[at + 1]?.text === ':' || code.tokens[at + 1]?.text === '=') pending = bare(text);
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
