/** Loops of tests that go through less than before, while what they do in each round stayed word for word. */
import type { Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { blockEndAt, lineEnd } from '../source/indent.ts';
import { bodyLimit, readNumber } from '../source/source.ts';

/** Loops with an assertion in them whose range of numbers is narrower. */
export function rangeRules({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was: [was, ...others], is }): Suspicion[] => {
    if (was === undefined || others.length > 0 || is.source.same) return [];
    const then = loopsOf(was);
    return loopsOf(is).flatMap((now): Suspicion[] => {
      const at = then.findIndex(({ body }) => body === now.body);
      const [old] = at < 0 ? [] : then.splice(at, 1);
      if (old === undefined || old.head === now.head || !isNarrower(roundsOf(old.head), roundsOf(now.head)))
        return [];
      return [
        {
          at: { side: 'after', file: is.source.path, line: now.line },
          was: { side: 'before', file: was.source.path, line: old.line },
          kind: 'lowered-threshold',
          severity: 'medium',
          message: `A loop in '${is.name}' goes through less than before.`,
        },
      ];
    });
  });
}

interface Loop {
  readonly head: string;
  readonly body: string;
  readonly line: number;
}

/** No head of a loop has more tokens. */
const longestHead = 60;

function loopsOf({ source: { code, path }, test, assertions }: Unit): Loop[] {
  if (test === undefined) return [];
  const { tokens, partner } = code;
  const textOf = (from: number, to: number) =>
    tokens
      .slice(from, to + 1)
      .map(({ text }) => text)
      .join(' ');
  const found: Loop[] = [];
  for (let at = Math.max(test.body, test.from); at < Math.min(test.to, test.from + bodyLimit); at += 1) {
    const token = tokens[at];
    if (token?.text !== 'for' || token.kind !== 'word') continue;
    let head = at + 1;
    if (path.endsWith('.py')) head = lineEnd(code, at) + 1;
    else
      while (head < at + longestHead && tokens[head]?.text !== '{')
        head = Math.max(head, partner[head] ?? -1) + 1;
    const to = path.endsWith('.py') ? blockEndAt(code, at) : (partner[head] ?? -1);
    if (to < head || !assertions.some(({ from }) => from >= head && from <= to)) continue;
    found.push({ head: textOf(at + 1, head - 1), body: textOf(head, to), line: token.line });
  }
  return found;
}

/** How often a loop goes round; `many` where that is worked out, undefined where it is no range. */
type Rounds = number | 'many' | undefined;

const isNarrower = (was: Rounds, is: Rounds) =>
  typeof is === 'number' && (was === 'many' || (typeof was === 'number' && is < was));

/** `in range(2, 9)`, `in 0..9`, `range 9`, `(let i = 0; i < 9; …)`. */
function roundsOf(head: string): Rounds {
  const given = /\bin range \( (.*) \) :?$/.exec(head)?.[1]?.split(' , ');
  const python = given && (given.length > 1 ? between(given[0], given[1]) : between('0', given[0]));
  const rust = /\bin (.+?) \. \. (?:= )?(.+)$/.exec(head);
  const go = /\brange (\S+)$/.exec(head);
  const counted = /(?:= (\S+) ; )?\S+ <=? (.+?) ;/.exec(head);
  if (python !== undefined) return python;
  if (rust) return between(rust[1], rust[2]);
  if (go) return /^\d/.test(go[1] ?? '') ? between('0', go[1]) : undefined;
  return counted ? between(counted[1] ?? '0', counted[2]) : undefined;
}

function between(from: string | undefined, to: string | undefined): Rounds {
  const [first, last] = [from ?? '', to ?? ''].map((text) => numberIn(text));
  if (first !== undefined && last !== undefined) return last - first;
  return /\(/.test(`${from}${to}`) ? 'many' : undefined;
}

const numberIn = (text: string): number | undefined =>
  /^-? ?\d[\w.]*$/.test(text)
    ? (text.startsWith('-') ? -1 : 1) * readNumber(text.replace(/^- ?/, ''))
    : undefined;
