import { type Lexicon, quotedEnd, type Token } from './token.ts';

/** JavaScript and TypeScript, JSX included; also JSON, with comments or without. */
export const javascript: Lexicon = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  stringEnd(text, at, previous) {
    const character = text[at];
    if (character === '"' || character === "'") return quotedEnd(text, at, character);
    if (character === '`') return templateEnd(text, at);
    if (character === '/' && beginsPattern(previous)) return patternEnd(text, at);
    return at;
  },
};

const beforePattern = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'await',
  'yield',
  'void',
]);

/** After a value a slash divides; elsewhere it begins a regular expression. `</p>` is neither. */
function beginsPattern(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === 'word') return beforePattern.has(previous.text);
  if (previous.kind !== 'punct') return false;
  return ![')', ']', '}', '<', '++', '--'].includes(previous.text);
}

/** To the closing slash and its flags; where there is none, to the end of the line. */
function patternEnd(text: string, at: number): number {
  let inClass = false;
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === '\n') return end;
    if (character === '\\') end += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) {
      let flags = end + 1;
      while (/[a-z]/.test(text[flags] ?? '')) flags += 1;
      return flags;
    }
  }
  return text.length;
}

/** A template with everything in its `${…}`, templates therein included. */
function templateEnd(text: string, at: number): number {
  // Each entry is an open template (`) or an open substitution ({).
  const open = ['`'];
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    const inner = open.at(-1);
    if (character === '\\') end += 1;
    else if (character === '`' && inner === '`') open.pop();
    else if (character === '`') open.push('`');
    else if (inner === '`' && character === '$' && text[end + 1] === '{') {
      open.push('{');
      end += 1;
    } else if (inner === '{' && character === '{') open.push('{');
    else if (inner === '{' && character === '}') open.pop();
    if (open.length === 0) return end + 1;
  }
  return text.length;
}
