/**
 * Tables that are written as text (`` it.each`a | b \n ${1} | ${2}` ``, `@CsvSource({"a, 1"})`), as the lists of lists that they
 * stand for.
 */
import { javascript } from './javascript.ts';
import { type Code, pair, scan, type Token } from './token.ts';

/** The code with each such table in the place of its template, so that no rule needs to know of two ways to write one. */
export function withTables(code: Code): Code {
  if (!code.tokens.some((token, at) => isTable(token, code.tokens[at - 1]))) return code;
  const tokens: Token[] = [];
  code.tokens.forEach((token, at) => {
    if (!isTable(token, code.tokens[at - 1])) tokens.push(token);
    else for (const one of tableFrom(token)) tokens.push(one);
  });
  return { tokens, comments: code.comments, partner: pair(tokens) };
}

const isTable = ({ kind, text }: Token, before: Token | undefined) =>
  kind === 'string' && text[0] === '`' && before?.text === 'each' && text.includes('${');

/** Each line with values is a row; the first line only names the columns. */
function tableFrom({ text, line, column }: Token): Token[] {
  const punct = (sign: string, at: number) => made('punct', sign, at, column);
  const found = [punct('(', line), punct('[', line)];
  let [row, at] = [line, line];
  let open = false;
  for (let from = 0; from < text.length; ) {
    const start = text.indexOf('${', from);
    if (start < 0) break;
    at += newlines(text, from, start);
    const end = valueEnd(text, start + 2);
    if (open && at > row) found.push(punct(']', row), punct(',', row));
    found.push(open && at === row ? punct(',', at) : punct('[', at));
    for (const token of scan(text.slice(start + 2, end), javascript).tokens)
      found.push({ ...token, line: at + token.line - 1, first: false });
    at += newlines(text, start, end);
    [row, open, from] = [at, true, end + 1];
  }
  if (open) found.push(punct(']', row));
  found.push(punct(']', row), punct(')', row));
  return found;
}

const made = (kind: Token['kind'], text: string, line: number, column: number): Token => ({
  kind,
  text,
  line,
  column,
  first: false,
});

/** The code of Java with the lines of each `@CsvSource` as lists of values. */
export function withCsv(code: Code): Code {
  if (!code.tokens.some(({ text }) => text === 'CsvSource')) return code;
  const tokens: Token[] = [];
  let to = -1;
  code.tokens.forEach((token, at) => {
    if (token.text === 'CsvSource') to = code.partner[at + 1] ?? -1;
    // What an option is given in a text is no line: `delimiterString = "->"`.
    const isOption = code.tokens[at - 1]?.text === '=' && !token.text.startsWith('"""');
    if (at > to || token.kind !== 'string' || isOption) tokens.push(token);
    else for (const one of linesOf(token)) tokens.push(one);
  });
  return { tokens, comments: code.comments, partner: pair(tokens) };
}

function linesOf({ text, line, column }: Token): Token[] {
  const isBlock = text.startsWith('"""');
  const lines = text.replace(/^"+|"+$/g, '').split('\n');
  const rows = lines.flatMap((one, index): Token[] => {
    const row = valuesOf(one, line + index, column);
    return row.length === 0 ? [] : [...row, made('punct', ',', line + index, column)];
  });
  rows.pop();
  return isBlock
    ? [made('punct', '{', line, column), ...rows, made('punct', '}', line + lines.length - 1, column)]
    : rows;
}

/** `a, 'b, c', -1` as a list of three values. */
function valuesOf(text: string, line: number, column: number): Token[] {
  const values = text.match(/'[^']*'|[^,|']+/g) ?? [];
  const cells = values.map((one) => one.trim()).filter((one) => one !== '');
  const tokens = cells.flatMap((cell): Token[] => {
    const number = /^(-?)(\d[\w.]*)$/.exec(cell);
    const bare = cell.replace(/^'|'$/g, '');
    // Only the parameter says whether it is a text or a number, so it counts as either.
    return [
      made('string', `"${bare}"`, line, column),
      ...(number ? [made('number', number[2] ?? '', line, column)] : []),
      made('punct', ',', line, column),
    ];
  });
  tokens.pop();
  return tokens.length === 0
    ? []
    : [made('punct', '{', line, column), ...tokens, made('punct', '}', line, column)];
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (text[at] === '\n') count += 1;
  return count;
}

/** The brace that closes a value; a brace in a text of it is taken for one of its own, which no table that a person wrote has. */
function valueEnd(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}
