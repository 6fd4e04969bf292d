/** A check that a script ran as a command of its own, and only asks for now: an `if` around it is well whatever it says. */
import type { Suspicion } from '../finding.ts';
import { commandWords } from '../lex/shell.ts';

/** Branches over a check in which nothing fails: `if ! npm test; then echo failed; fi`. */
export function branchesOver(path: string, was: string, text: string, checks: RegExp): Suspicion[] {
  const lines = text.split('\n');
  const [then, now] = [ownLines(was), ownLines(text)];
  return lines.flatMap((line, at): Suspicion[] => {
    const asked = conditionOf(line);
    if (asked === undefined || !checks.test(asked) || !then.has(asked) || now.has(asked)) return [];
    if (blockFrom(lines, at).some(minds)) return [];
    const message = `Whatever ${asked.slice(0, 80)} says, the script goes on.`;
    return [
      {
        at: { side: 'after', file: path, line: at + 1 },
        kind: 'swallowed-failure',
        severity: 'high',
        message,
      },
    ];
  });
}

/** A line that is longer than this is data. */
const longest = 2000;

const ownLines = (text: string): ReadonlySet<string> =>
  new Set(text.split('\n').map((line) => (line.length > longest ? '' : commandWords(line).join(' '))));

/** What stands between `if`, or `if !`, and the end of its line or a `;`. */
function conditionOf(line: string): string | undefined {
  if (line.length > longest || !line.trimStart().startsWith('if ')) return undefined;
  const words = commandWords(line);
  const from = words[1] === '!' ? 2 : 1;
  const end = words.findIndex((word) => word === ';' || word === 'then');
  return words.slice(from, end < 0 ? undefined : end).join(' ');
}

/** No branch that a person wrote has more lines. */
const longestBlock = 40;

function blockFrom(lines: readonly string[], from: number): string[] {
  const found: string[] = [];
  let depth = 1;
  for (let at = from + 1; at < Math.min(lines.length, from + longestBlock) && depth > 0; at += 1) {
    const words = commandWords((lines[at] ?? '').slice(0, longest));
    if (words[0] === 'if') depth += 1;
    if (words[0] === 'fi') depth -= 1;
    found.push(words.join(' '));
  }
  return found;
}

/** By which a script fails, or keeps in mind that it has to. */
const minds = (line: string) =>
  /\b(exit|return|false|kill|die|fail|abort)\b|\w=/.test(line.replace(/\bexit 0\b/, ''));
