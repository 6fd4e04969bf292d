/** Comments and attributes that tell a checker to look away. One that moved with its code is no new one. */

import type { Change, Source } from '../change.ts';
import type { Severity, Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';

/** Suppressions that are in the change and were not there before. */
export function suppressionRules({ sources }: Change): Suspicion[] {
  const before = sources.before.filter(({ same }) => !same).flatMap(suppressionsOf);
  const known = new Set(sources.before.map(({ path }) => path));
  const after = sources.after
    .filter((source) => !source.same && (known.has(source.path) || !isGenerated(source)))
    .flatMap(suppressionsOf);
  const exact = counted(before.map(({ text }) => text));
  // First those that only moved, then those that became narrower.
  const fresh = after.filter(({ text }) => !take(exact, text));
  const spare = before.filter(({ text }) => take(exact, text));
  const families = counted(spare.map(({ family, breadth }) => `${family} ${breadth}`));
  return fresh
    .filter(({ family, breadth }) => {
      // One of the same tool that silenced as much or more stood in for it.
      for (let wide = 4; wide >= breadth; wide -= 1) if (take(families, `${family} ${wide}`)) return false;
      return true;
    })
    .map(({ path, line, tool, breadth }) => ({
      at: { side: 'after', file: path, line },
      kind: 'disabled-lint',
      severity: severities[breadth] ?? 'medium',
      message: `${tool} is told to look away${breadth >= 3 ? ' from a whole file or module' : ''}.`,
    }));
}

const severities: Readonly<Record<number, Severity>> = { 1: 'low', 2: 'medium', 3: 'medium', 4: 'medium' };

function counted(texts: readonly string[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const text of texts) count.set(text, (count.get(text) ?? 0) + 1);
  return count;
}

function take(count: Map<string, number>, text: string): boolean {
  const left = count.get(text) ?? 0;
  if (left > 0) count.set(text, left - 1);
  return left > 0;
}

interface Suppression {
  readonly path: string;
  readonly line: number;
  readonly tool: string;
  readonly family: string;
  readonly text: string;
  /** 1: one rule at one place; 2: every rule at one place; 3: one in a whole file or module; 4: every one there. */
  readonly breadth: 1 | 2 | 3 | 4;
}

/** Tools that take each other's place: a mark for one is worth a mark for the other. */
const families: Readonly<Record<string, string>> = {
  ESLint: 'JavaScript',
  Biome: 'JavaScript',
  'Flake8 or Ruff': 'Python',
  Pylint: 'Python',
  'golangci-lint': 'Go',
  staticcheck: 'Go',
};

interface Mark {
  readonly tool: string;
  /** At the beginning of a comment, after its own sign. */
  readonly at: RegExp;
  readonly wide?: RegExp;
  readonly rule: RegExp;
  readonly inTests?: false;
}

const marks: readonly Mark[] = [
  {
    tool: 'ESLint',
    at: /^eslint-disable/,
    wide: /^eslint-disable(?!-)/,
    rule: /^eslint-disable(-\w+)*\s+[\w@/]/,
  },
  { tool: 'ESLint', at: /^eslint [\w@/-]+: ?(0|"?off)/, wide: /^/, rule: /^/ },
  { tool: 'Biome', at: /^biome-ignore/, wide: /^biome-ignore-all/, rule: /^biome-ignore\S* lint\/\w/ },
  { tool: 'TypeScript', at: /^@ts-(ignore|nocheck)/, wide: /^@ts-nocheck/, rule: /^$/ },
  // In a test it asserts that something does not type-check.
  { tool: 'TypeScript', at: /^@ts-expect-error/, rule: /^/, inTests: false },
  {
    tool: 'Coverage',
    at: /^(istanbul|c8|v8|node:coverage) (ignore|disable)/,
    wide: /ignore file/,
    rule: /^$/,
  },
  { tool: 'Coverage', at: /^pragma: ?no ?(cover|branch)/, rule: /^$/ },
  {
    tool: 'Flake8 or Ruff',
    at: /^((flake8|ruff): ?)?noqa/i,
    wide: /^(flake8|ruff)/i,
    rule: /noqa: ?[A-Z]\w+/i,
  },
  {
    tool: 'The type checker',
    at: /^(type: ?ignore|pyright: ?ignore|mypy: ?ignore)/,
    wide: /^mypy/,
    rule: /ignore\[/,
  },
  {
    tool: 'Pylint',
    at: /^pylint: ?(disable|skip-file)/,
    wide: /skip-file|disable=all/,
    rule: /disable(-next)?=(?!all)/,
  },
  { tool: 'Bandit or gosec', at: /^#?nosec/, rule: /nosec:? ?[BG]\d/ },
  { tool: 'golangci-lint', at: /^nolint/, rule: /^nolint: ?(?!all)\w/ },
  { tool: 'staticcheck', at: /^lint:(file-)?ignore/, wide: /^lint:file/, rule: /ignore \w/ },
  { tool: 'Checkstyle or PMD', at: /^(CHECKSTYLE: ?OFF|NOPMD|NOSONAR)/i, wide: /CHECKSTYLE/i, rule: /^$/ },
];

/** An import for its effect, or to hand it on, looks unused: its mark silences no check of what a program does. */
const harmless = /noqa: ?(F401|E402|I001|E501)\s*($|[^\s,\w])/i;

function suppressionsOf(source: Source): Suppression[] {
  return [...inComments(source), ...inAttributes(source)];
}

function inComments({ path, isTest, code }: Source): Suppression[] {
  return code.comments.flatMap((comment): Suppression[] => {
    const said = comment.text
      .slice(0, 300)
      .replace(/^(\/\/+|\/\*+|#+)\s*/, '')
      .replace(/\s*\*\/$/, '');
    const mark = marks.find(({ at }) => at.test(said));
    // Inside a comment that says more than one thing: `# explanation  # noqa`.
    if (mark === undefined || (isTest && mark.inTests === false) || harmless.test(said)) return [];
    const isOne = mark.rule.test(said);
    const breadth = mark.wide?.test(said) ? (isOne ? 3 : 4) : isOne ? 1 : 2;
    return [
      {
        path,
        line: comment.line,
        tool: mark.tool,
        family: families[mark.tool] ?? mark.tool,
        text: said.replace(/ (--|:) .*/, ''),
        breadth,
      },
    ];
  });
}

/** Whether a program says at the top of a file that it wrote it: whoever runs it again loses what was changed. */
const isGenerated = ({ code }: Source) =>
  code.comments
    .slice(0, 5)
    .some(({ text }) => /@generated\b|automatically generated|\bDO NOT EDIT\b/i.test(text));

/** Where the bracket of an attribute opens that holds a word, by itself or under a condition: `#![cfg_attr(x, allow(y))]`. */
function attributeOf({ tokens, partner }: Source['code'], at: number): number {
  if (tokens[at - 1]?.text === '[') return at - 1;
  for (let open = at - 1; open > Math.max(0, at - 40); open -= 1)
    if (tokens[open]?.text === 'cfg_attr' && (partner[open + 1] ?? -1) > at) return open - 1;
  return -1;
}

/** `#[allow(…)]` of Rust and `@SuppressWarnings(…)` of Java. */
function inAttributes({ path, code }: Source): Suppression[] {
  return gather(code.tokens, (token, at): Suppression[] => {
    if (!/^(allow|Suppress(FB)?Warnings)$/.test(token.text)) return [];
    const open = code.tokens[at + 1]?.text === '(' ? at + 1 : -1;
    if (open < 0) return [];
    const words = code.tokens
      .slice(open, Math.min(code.partner[open] ?? open, open + 200))
      .map(({ text }) => text)
      .join('');
    const previous = code.tokens[at - 1]?.text;
    const all = /all|warnings|pedantic/.test(words);
    const attribute = attributeOf(code, at);
    const inner = code.tokens[attribute - 1]?.text === '!';
    // Under a condition a single lint is a matter of that condition.
    const stated = previous === '[' || (attribute >= 0 && inner && all);
    const rust = path.endsWith('.rs') && token.text === 'allow' && stated;
    const java = path.endsWith('.java') && /^Suppress(FB)?Warnings$/.test(token.text) && previous === '@';
    // An attribute that keeps a helper of tests from being called unused silences no check of the product.
    if (!(rust || java) || /^\((dead_code|unused_imports)$/.test(words)) return [];
    const tool = rust ? 'The compiler or Clippy' : 'The compiler';
    return [
      {
        path,
        line: token.line,
        tool,
        family: tool,
        text: `${token.text}${words}`,
        breadth: inner ? (all ? 4 : 3) : all ? 2 : 1,
      },
    ];
  });
}
