/** Marks in code that ask a checker to look harder: `#![deny(…)]`, `// @ts-check`, `# pyright: strict`. */
import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import { isPipeline, languageOf } from '../path.ts';
import { isConfiguration } from './settings.ts';

/** Such marks that a file had and no file has now, while no configuration that changed along asks the same of all files. */
export function strictnessRules(change: Change): Suspicion[] {
  const changed = (sources: readonly Source[]) => sources.filter(({ same }) => !same).flatMap(marksIn);
  const kept = new Set(changed(change.sources.after).flatMap(({ key, within }) => [key, ...within]));
  const lost = changed(change.sources.before).filter(
    ({ file, key }) => change.after.has(file) && !kept.has(key),
  );
  if (lost.length === 0) return [];
  const asked = askedAnew(change);
  return lost
    .filter(({ everywhere }) => !everywhere.test(asked))
    .map(({ file, line, key }) => ({
      at: { side: 'before', file, line },
      kind: 'disabled-lint',
      severity: 'medium',
      message: `A checker no longer looks as hard (${key}).`,
    }));
}

interface Mark {
  readonly key: string;
  /** Marks that it says as well. */
  readonly within: readonly string[];
  readonly file: string;
  readonly line: number;
  /** What configuration says that asks the same of all files. */
  readonly everywhere: RegExp;
}

const comments: readonly { readonly at: RegExp; readonly everywhere: RegExp }[] = [
  { at: /^@ts-check\b/, everywhere: /checkJs"?: *true/ },
  { at: /^@flow( strict\S*)?/, everywhere: /typescript|flow/ },
  { at: /^(pyright|basedpyright): ?strict\b/, everywhere: /strict/ },
  { at: /^mypy: ?(strict|disallow|warn|check)[\w-]*/, everywhere: /strict|disallow|warn_|check_/ },
];

function marksIn(source: Source): Mark[] {
  const { path, code } = source;
  if (path.endsWith('.rs')) return denied(source);
  return code.comments.flatMap((comment): Mark[] => {
    const said = comment.text.slice(0, 300).replace(/^(\/\/+|\/\*+|#+)[\s*]*/, '');
    const mark = comments.find(({ at }) => at.test(said));
    const key = mark?.at.exec(said)?.[0];
    return mark && key !== undefined
      ? [{ key, within: [], file: path, line: comment.line, everywhere: mark.everywhere }]
      : [];
  });
}

/** Nobody denies more in one attribute. */
const longest = 200;

/** `#![deny(warnings)]`, `#![forbid(unsafe_code)]`: each lint by itself. */
function denied({ path, code }: Source): Mark[] {
  const { tokens, partner } = code;
  return gather(tokens, (token, at): Mark[] => {
    const inner = tokens[at - 1]?.text === '[' && tokens[at - 2]?.text === '!';
    const to = /^(deny|forbid)$/.test(token.text) && inner ? (partner[at + 1] ?? -1) : -1;
    const names = tokens
      .slice(at + 2, Math.max(at + 2, Math.min(to, at + longest)))
      .filter(
        ({ kind }, index, all) =>
          kind === 'word' && /^\w+$/.test(all[index]?.text ?? '') && all[index + 1]?.text !== '::',
      );
    return names.map(({ text, line }) => ({
      key: `${token.text}(${text})`,
      within: token.text === 'forbid' ? [`deny(${text})`] : [],
      file: path,
      line,
      // In a manifest, or as an option of the compiler.
      everywhere: new RegExp(`\\b${text}"? *= *(\\{[^}]*)?"(deny|forbid)|-[DF] ?(\\w+::)?${text}\\b`),
    }));
  });
}

/** Lines that are new in what configures checkers and pipelines. */
function askedAnew({ before, after }: Change): string {
  return [...after]
    .filter(([path]) => languageOf(path) === undefined && (isConfiguration(path) || isPipeline(path)))
    .flatMap(([path, text]) => {
      const known = new Set((before.get(path) ?? '').split('\n'));
      return text.split('\n').filter((line) => !known.has(line));
    })
    .map((line) => line.slice(0, 500))
    .join('\n');
}
