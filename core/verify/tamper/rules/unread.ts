/** Tests in languages that the report does not read: that lines of them are gone is all that it can tell. */
import type { Change } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isTestPath } from '../path.ts';

const unreadCode =
  /\.(c|cc|cpp|cxx|cs|fs|rb|php|kts?|swift|scala|exs?|erl|clj|lua|pl|dart|mm?|hs|ml|jl|groovy|zig|nim|sh|bats)$/i;
/** From so many lines, or this share of a file, more than a detail is gone. */
const many = 20;
const share = 0.3;
/** A file of more than this is data. */
const largest = 1_000_000;

/** Lines that stand in no such file any more, as one finding a file. */
export function unreadRules({ before, after }: Change): Suspicion[] {
  const files = [...before].filter(([path, text]) => isUnread(path) && text.length <= largest);
  if (files.every(([path, text]) => after.get(path) === text)) return [];
  const now = new Set([...after].flatMap(([path, text]) => (isUnread(path) ? linesOf(text) : [])));
  return files.flatMap(([file, text]): Suspicion[] => {
    if (after.get(file) === text) return [];
    const lines = linesOf(text);
    const gone = lines.filter((line) => line !== '' && !now.has(line));
    const [first] = gone;
    if (first === undefined) return [];
    const isMuch = gone.length >= many || gone.length >= share * lines.length;
    return [
      {
        at: { side: 'before', file, line: lines.indexOf(first) + 1 },
        kind: 'removed-test',
        severity: isMuch ? 'medium' : 'low',
        message: `${gone.length} ${gone.length === 1 ? 'line is' : 'lines are'} gone or changed in tests whose language this report does not read. Read whether they tested something.`,
      },
    ];
  });
}

const isUnread = (path: string) => isTestPath(path) && unreadCode.test(path);

const linesOf = (text: string) => text.split('\n').map((line) => line.trim());
