/** Scripts that run tests and ended with what these ended with, and end well whatever happened now. */
import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { canonical, stringValue } from '../source/source.ts';

/** Such scripts. */
export function exitRules({ sources }: Change): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    if (was === undefined || source.same || !runsTests(source)) return [];
    const [then, now] = [exitsIn(was), exitsIn(source)];
    const [last] = now.filter(endsWell).slice(then.filter(endsWell).length);
    if (last === undefined || then.every(endsWell) || !now.every(endsWell)) return [];
    return [
      {
        at: { side: 'after', file: source.path, line: last.line },
        kind: 'swallowed-failure',
        severity: 'high',
        message: 'The script ends with 0 whatever its tests ended with.',
      },
    ];
  });
}

interface Exit {
  readonly code: string;
  readonly line: number;
}

const endsWell = ({ code }: Exit) => /^(0|false|False|)$/.test(code);

/** `process.exit(code)`, `sys.exit(not ok)`, `process.exitCode = 1`. */
function exitsIn({ code }: Source): Exit[] {
  const { tokens, partner } = code;
  return tokens.flatMap(({ text, line }, at): Exit[] => {
    const owner = tokens[at - 1]?.text === '.' ? tokens[at - 2]?.text : '';
    if (!/^(process|sys|os)$/.test(owner ?? '')) return [];
    if (text === 'exitCode' && tokens[at + 1]?.text === '=')
      return [{ code: tokens[at + 2]?.text ?? '', line }];
    const to = /^_?exit$/.test(text) && tokens[at + 1]?.text === '(' ? (partner[at + 1] ?? -1) : -1;
    return to < 0 ? [] : [{ code: canonical(code, at + 2, to - 1), line }];
  });
}

const runners =
  /\b(vitest|jest|mocha|ava|playwright|cypress|pytest|unittest|tox|eslint|tsc|npm test|TextTestRunner|cargo test|go test)\b/;

const runsTests = ({ code, tests }: Source) =>
  tests.length === 0 &&
  code.tokens.some((token) => runners.test(token.kind === 'string' ? stringValue(token) : token.text));
