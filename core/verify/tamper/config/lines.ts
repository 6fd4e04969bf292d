/** YAML, TOML, INI and properties, line by line: what rules look for is never more than a key, a value and where it stands. */
import type { Setting } from './entry.ts';

interface Level {
  readonly indent: number;
  readonly key: string;
}

const keyed = /^(-\s+)?("[^"]*"|'[^']*'|[\w./@*$-]+(?:\s\w+)?)\s*([:=])(?=\s|$|["'[{\d\w*-])\s*(.*)$/;

/** In YAML a colon ends a key only before a space: `categories:accessibility: error`. */
const keyedYaml = /^(-\s+)?([\w./@*$-]+(?::[\w./@*$-]+)+)(:)(?=\s|$)\s*(.*)$/;

/** A line longer than this is data. */
const longest = 4000;

/** Settings of a file of lines; `yaml` counts indentation, the others have `[sections]`. */
export function readLines(text: string, yaml: boolean): Setting[] {
  const settings: Setting[] = [];
  const levels: Level[] = [];
  let section = '';
  let list = '';
  text.split('\n').forEach((raw, index) => {
    const content = withoutComment(raw.length > longest ? '' : raw);
    const trimmed = content.trim();
    if (trimmed === '') return;
    const line = index + 1;
    const indent = content.length - content.trimStart().length;
    const header = yaml ? null : /^\[\[?([^\]]+)\]\]?$/.exec(trimmed);
    if (header && list === '') {
      section = header[1] ?? '';
      levels.length = 0;
      return;
    }
    while (levels.length > 0 && (levels.at(-1)?.indent ?? 0) >= indent) levels.pop();
    const prefix = [section, ...levels.slice(-8).map(({ key }) => key)].filter((key) => key !== '');
    const found = list === '' ? (yaml && keyedYaml.exec(trimmed)) || keyed.exec(trimmed) : null;
    if (found) {
      const key = unquoted(found[2] ?? '');
      const value = found[4] ?? '';
      // In a list of objects the key stands two columns in.
      levels.push({ indent: found[1] ? indent + found[1].length : indent, key });
      for (const one of valuesOf(value))
        settings.push({ path: [...prefix, one.list ? `${key}[]` : key].join('.'), value: one.text, line });
      for (const { key: inner, value: held } of inlineOf(value))
        settings.push({ path: [...prefix, key, inner].join('.'), value: held, line });
      if (value.startsWith('[') && !value.includes(']')) list = [...prefix, key].join('.');
      return;
    }
    const path = list === '' ? prefix.join('.') : list;
    for (const one of valuesOf(trimmed.replace(/^-\s+/, '')))
      settings.push({ path: `${path}[]`, value: one.text, line });
    if (list !== '' && trimmed.includes(']')) list = '';
  });
  return settings;
}

/** A `#` begins a comment at the start of a line or after white space, outside of quotes. */
function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (
      (character === '#' || (character === ';' && line.slice(0, at).trim() === '')) &&
      (at === 0 || /\s/.test(line[at - 1] ?? ''))
    )
      return line.slice(0, at);
  }
  return line;
}

/** `{ backoff = "fixed", count = 3 }`: what a table in one line holds, without lists and further tables. */
function inlineOf(value: string): { key: string; value: string }[] {
  const inner = /^\{(.*)\}$/.exec(value.trim())?.[1] ?? '';
  if (/[[{]/.test(inner)) return [];
  return inner.split(',').flatMap((part) => {
    const found = /^\s*["']?([\w-]+)["']?\s*[:=]\s*(\S.*?)\s*$/.exec(part);
    return found ? [{ key: found[1] ?? '', value: unquoted(found[2] ?? '') }] : [];
  });
}

function valuesOf(value: string): { text: string; list: boolean }[] {
  const text = value.trim();
  if (text === '' || text === '[' || text === ']') return [];
  if (!text.startsWith('[') && !text.endsWith(']') && !/^["'].*["'],$/.test(text))
    return [{ text: unquoted(text), list: false }];
  return text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((part) => ({ text: unquoted(part.trim()), list: true }))
    .filter((part) => part.text !== '');
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
