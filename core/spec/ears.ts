/**
 * A parser of EARS, the Easy Approach to Requirements Syntax (Mavin et al., 2009).
 *
 *     [Where <feature>,] [While <state>,] [When <trigger>,] [If <condition>, then] the <system> shall <response>[.]
 *
 * Clauses come in that order. A clause keyword out of order is taken as prose of the clause it stands in, which never
 * changes the principal pattern, because that is the pattern of the strongest (last) keyword anyway.
 * Commas may stand inside a clause: the clauses end at the last comma before the first `shall` behind which a system
 * can begin. Quoted, code and bracketed text is opaque: no keyword or comma is looked for in it.
 * Every offset counts UTF-16 code units from the start of the text as given.
 */
import { type Found, mask, nextWord, trimmedSpan, word } from './ears-text.ts';
import type { EarsPattern } from './requirements.ts';

/** A condition in front of the main clause: its keyword, its words with white space collapsed, and where it begins. */
export interface EarsClause {
  readonly keyword: 'where' | 'while' | 'when' | 'if';
  readonly text: string;
  readonly at: number;
}

/** What is missing or wrong, and at which offset. */
export interface EarsError {
  readonly code:
    | 'empty-text'
    | 'unknown-clause'
    | 'misplaced-clause'
    | 'empty-clause'
    | 'no-comma'
    | 'then-missing'
    | 'then-without-if'
    | 'shall-missing'
    | 'wrong-modal'
    | 'system-missing'
    | 'response-missing';
  readonly message: string;
  readonly at: number;
}

/** A sentence: `system` without its article, `response` without the final period. */
export interface EarsSentence {
  readonly ok: true;
  readonly pattern: EarsPattern;
  readonly clauses: readonly EarsClause[];
  readonly system: string;
  readonly response: string;
}

/** A sentence taken apart, or what is wrong with it. */
export type EarsResult = EarsSentence | { readonly ok: false; readonly errors: readonly EarsError[] };

type Keyword = EarsClause['keyword'];

const clauseWords = {
  where: { rank: 0, pattern: 'optional', noun: 'feature', repeats: true },
  while: { rank: 1, pattern: 'state', noun: 'state', repeats: true },
  when: { rank: 2, pattern: 'event', noun: 'trigger', repeats: false },
  if: { rank: 3, pattern: 'unwanted', noun: 'condition', repeats: false },
} as const satisfies Record<Keyword, { rank: number; pattern: EarsPattern; noun: string; repeats: boolean }>;

const keyword = word('where|while|when|if');
const shall = word('shall');
const then = word('then');
const article = word('the|an|a|each|every|all|any|both|no|this|these|those|its');
/** Modal verbs that stand where `shall` should; `not` is allowed after any of them. */
const modal = word('should|must|will|would|may|might|can|could');

/** Turns of phrase that begin like a clause and are none: "the items, if any, and …". */
const idiom = /^(?:if|where|when)\s+(?:any|applicable|possible|needed|necessary|so|not)\s*,/iu;

/** Parses one sentence; never throws. */
export function parseEars(text: string): EarsResult {
  const masked = mask(text);
  const start = trimmedSpan(masked, 0, masked.length).from;
  if (start === masked.length) return refuse('empty-text', 'the sentence is empty', 0);
  const first = keywordAt(masked, start);
  const verb = nextWord(shall, masked, start);
  if (!verb) return noShall(masked, start, first !== undefined);
  if (!first) return ubiquitous(text, masked, start, verb);
  return conditional(text, masked, start, verb);
}

function ubiquitous(text: string, masked: string, start: number, verb: Found): EarsResult {
  const subject = masked.slice(start, verb.at);
  const comma = /,\s*/gu;
  for (const match of subject.matchAll(comma)) {
    const next = start + match.index + match[0].length;
    const misplaced = keywordAt(masked, next);
    if (misplaced) return refuse('misplaced-clause', `put the '${misplaced}' clause at ${next} first`, next);
    if (wordAt(article, masked, next) && !wordAt(article, masked, start)) {
      const opening = text.slice(start, start + match.index);
      const message = `'${opening}' at ${start} is no EARS clause: begin it with Where, While, When or If`;
      return refuse('unknown-clause', message, start);
    }
  }
  return finish(text, masked, [], start, verb, []);
}

function conditional(text: string, masked: string, start: number, verb: Found): EarsResult {
  const heads = clauseHeads(masked, start, verb.at);
  const last = heads.at(-1)?.keyword;
  const border =
    last === 'if' ? borderAfterIf(masked, start, verb.at) : borderAfter(masked, start, verb.at, last);
  if ('ok' in border) return border;
  const inside = heads.filter((head) => head.at < border.end);
  const clauses = inside.map((head, index) =>
    clauseOf(text, masked, head, inside[index + 1]?.comma ?? border.end),
  );
  const empty = clauses
    .filter((clause) => clause.text === '')
    .map((clause) =>
      error('empty-clause', `the ${clauseWords[clause.keyword].noun} is empty at ${clause.at}`, clause.at),
    );
  return finish(text, masked, clauses, border.main, verb, empty);
}

interface Head {
  readonly keyword: Keyword;
  readonly at: number;
  /** Offset of the comma before the keyword; the start for the first. */
  readonly comma: number;
}

/** The keywords that open a clause: the first word, then any behind a comma that is stronger than the one before. */
function clauseHeads(masked: string, start: number, end: number): Head[] {
  const heads: Head[] = [];
  const openings = [{ comma: start, at: start }];
  for (const match of masked.slice(start, end).matchAll(/,\s*/gu)) {
    openings.push({ comma: start + match.index, at: start + match.index + match[0].length });
  }
  for (const { comma, at } of openings) {
    const found = keywordAt(masked, at);
    const before = heads.at(-1)?.keyword;
    if (before && idiom.test(masked.slice(at, end))) continue;
    if (found && (!before || mayFollow(before, found))) heads.push({ keyword: found, at, comma });
  }
  return heads;
}

function mayFollow(before: Keyword, found: Keyword): boolean {
  if (before === found) return clauseWords[found].repeats;
  return clauseWords[found].rank > clauseWords[before].rank;
}

/** Where the clauses end (the comma) and the main clause begins. */
interface Border {
  readonly end: number;
  readonly main: number;
}

function borderAfter(
  masked: string,
  start: number,
  verb: number,
  last: Keyword | undefined,
): Border | EarsResult {
  const found = lastBorder(masked, start, verb);
  if (!found || keywordAt(masked, found.main)) {
    return noComma(last, commaPlace(masked, found?.main ?? start, verb));
  }
  if (runsOn(masked.slice(found.main, verb))) return noComma(last, commaPlace(masked, found.main, verb));
  if (!wordAt(then, masked, found.main)) return found;
  return refuse('then-without-if', `'then' at ${found.main} belongs to an If clause only`, found.main);
}

function noComma(last: Keyword | undefined, at: number): EarsResult {
  const noun = last ? clauseWords[last].noun : 'condition';
  return refuse('no-comma', `no comma after the ${noun} at ${at}`, at);
}

/** A list that goes on for three words and then names something is still the clause: "the admin, or a bot signs in the system". */
function runsOn(main: string): boolean {
  return /,\s*(?:or|and)\s+(?:[^\s,]+\s+){3,}(?:the|an?|each|every)\s[^,]*$/iu.test(main);
}

function borderAfterIf(masked: string, start: number, verb: number): Border | EarsResult {
  const thens = [...masked.slice(start, verb).matchAll(then)].map((match) => start + match.index);
  for (const at of thens.reverse()) {
    const main = trimmedSpan(masked, at + 'then'.length, verb).from;
    const before = trimmedSpan(masked, start, at).to;
    const comma = masked[before - 1] === ',';
    const plain = !masked.slice(main, verb).includes(',') || mayBeSystem(masked, main);
    if (comma && keywordAt(masked, main)) {
      return refuse(
        'misplaced-clause',
        `put the '${keywordAt(masked, main)}' clause at ${main} before the If clause`,
        main,
      );
    }
    if (comma && plain) return { end: before - 1, main };
    if (!comma && plain) return noComma('if', before);
  }
  const found = lastBorder(masked, start, verb);
  const at = found && !keywordAt(masked, found.main) ? found.main : commaPlace(masked, start, verb);
  return refuse('then-missing', `'then' missing after the If clause at ${at}`, at);
}

/** The last comma behind which a system can begin; if none looks like it, the last comma. */
function lastBorder(masked: string, start: number, verb: number): Border | undefined {
  const borders = [...masked.slice(start, verb).matchAll(/,\s*/gu)].map((match) => ({
    end: start + match.index,
    main: start + match.index + match[0].length,
  }));
  return borders.findLast((border) => mayBeSystem(masked, border.main)) ?? borders.at(-1);
}

/** A system begins with an article or `then`, or is a name: anything but a lowercase letter. */
function mayBeSystem(masked: string, at: number): boolean {
  return (
    wordAt(article, masked, at) || wordAt(then, masked, at) || !/^[\p{Ll},]/u.test(masked.slice(at, at + 2))
  );
}

/** Where the missing comma should stand: behind the last word before the last article, else before `shall`. */
function commaPlace(masked: string, from: number, verb: number): number {
  const last = [...masked.slice(from, verb).matchAll(word('the|an|a|each|every'))].at(-1);
  return trimmedSpan(masked, 0, last && last.index > 0 ? from + last.index : verb).to;
}

function clauseOf(text: string, masked: string, head: Head, end: number): EarsClause {
  const from = head.at + head.keyword.length;
  return { keyword: head.keyword, text: content(text, masked, from, end), at: head.at };
}

function finish(
  text: string,
  masked: string,
  clauses: readonly EarsClause[],
  main: number,
  verb: Found,
  before: readonly EarsError[],
): EarsResult {
  const errors = [...before];
  const articleLength = wordAt(article, masked, main)
    ? (/^\S+/u.exec(masked.slice(main))?.[0].length ?? 0)
    : 0;
  const system = content(text, masked, main + articleLength, verb.at);
  if (system === '') errors.push(error('system-missing', `no system before 'shall' at ${verb.at}`, verb.at));
  const end = trimmedSpan(masked, 0, masked.length).to;
  const stop = /[.。]/u.test(masked[end - 1] ?? '') ? end - 1 : end;
  const response = content(text, masked, verb.end, stop);
  if (response === '') errors.push(error('response-missing', `response is empty at ${verb.end}`, verb.end));
  if (errors.length > 0) return { ok: false, errors };
  const principal = clauses.at(-1);
  const pattern = principal ? clauseWords[principal.keyword].pattern : 'ubiquitous';
  return { ok: true, pattern, clauses, system, response };
}

function noShall(masked: string, start: number, isConditional: boolean): EarsResult {
  const comma = isConditional ? masked.indexOf(',', start) : -1;
  const found = nextWord(modal, masked, Math.max(start, comma)) ?? nextWord(modal, masked, start);
  if (found) return refuse('wrong-modal', `'${found.text}' at ${found.at} where 'shall' is needed`, found.at);
  const border = isConditional ? lastBorder(masked, start, masked.length) : undefined;
  const at = border?.main ?? start;
  return refuse('shall-missing', `'shall' missing in the main clause at ${at}`, at);
}

/** The words of a span with white space collapsed and outer commas cut; empty when it holds no letter, digit or symbol worth the name. */
function content(text: string, masked: string, from: number, to: number): string {
  const span = trimmedSpan(masked, Math.min(from, to), to);
  const words = text
    .slice(span.from, span.to)
    .replace(/\s+/gu, ' ')
    .replace(/^,\s*|\s*,$/gu, '');
  return /[\p{L}\p{N}\p{S}]/u.test(words) ? words : '';
}

function keywordAt(masked: string, at: number): Keyword | undefined {
  const found = nextWord(keyword, masked, at);
  if (found?.at !== at) return undefined;
  switch (found.text.toLowerCase()) {
    case 'where':
      return 'where';
    case 'while':
      return 'while';
    case 'when':
      return 'when';
    default:
      return 'if';
  }
}

function wordAt(pattern: RegExp, masked: string, at: number): boolean {
  return nextWord(pattern, masked, at)?.at === at;
}

function error(code: EarsError['code'], message: string, at: number): EarsError {
  return { code, message, at };
}

function refuse(code: EarsError['code'], message: string, at: number): EarsResult {
  return { ok: false, errors: [error(code, message, at)] };
}
