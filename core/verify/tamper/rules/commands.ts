/** Commands that check something, in scripts, pipelines and make files: whether their failure still counts, and what they leave out. */
import type { Change } from '../change.ts';
import { readSettings } from '../config/setting.ts';
import type { Suspicion } from '../finding.ts';
import { commandWords } from '../lex/shell.ts';
import { isPipeline } from '../path.ts';
import { branchesOver } from './branched.ts';
import { type Held, optionsWeakened, plainOption, writesAnew } from './options.ts';
import { isConfiguration } from './settings.ts';

/** Commands whose failure is swallowed now, and options that weaken what they check. */
export function commandRules({ before, after }: Change): Suspicion[] {
  const held = heldBySettings(before, after);
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (was === undefined || was === text || !holdsCommands(path)) return [];
    return [
      ...goesOn(path, was, text),
      ...editedLines(path, was, text, held),
      ...branchesOver(path, was, text, checks),
    ];
  });
}

/** A configuration of more than this is data. */
const largest = 100_000;

/** Settings that are new in the configuration of a checker: what a command was told before may stand there now. */
function heldBySettings(before: Change['before'], after: Change['after']): Held {
  const held = new Map<string, string>();
  for (const [path, text] of after) {
    const was = before.get(path);
    if (was === text || text.length > largest || !isConfiguration(path)) continue;
    const known = new Set(readSettings(path, was ?? '').map((one) => `${one.path}=${one.value}`));
    for (const one of readSettings(path, text))
      if (!known.has(`${one.path}=${one.value}`))
        held.set(plainOption(one.path.slice(one.path.lastIndexOf('.') + 1)), one.value);
  }
  return held;
}

/** Whether a pipeline that compared with what was recorded records it now: nobody looks at what that says then. */
export const recordsAnew = (told: readonly Suspicion[]): boolean =>
  told.some(({ kind }) => kind === 'ci-edit');

/** A script that ended with the first command that failed, and goes on now. */
function goesOn(path: string, was: string, text: string): Suspicion[] {
  const stops = /^(\s*set -\w*e|#!.*\s-\w*e)/m;
  const line = was.split('\n').findIndex((one) => /^\s*set -\w*e/.test(one)) + 1;
  // It may keep in mind what failed, and end with that.
  if (/\|\| *\w+=/.test(text) && /\bexit +"?\$\{?\w/.test(text)) return [];
  if (line === 0 || stops.test(text) || /^\s*set \+\w*e/m.test(text) || !checks.test(text)) return [];
  return [
    {
      at: { side: 'before', file: path, line },
      kind: 'swallowed-failure',
      severity: 'high',
      message: 'The script no longer ends with the first command that fails.',
    },
  ];
}

function holdsCommands(path: string): boolean {
  if (isPipeline(path)) return true;
  return (
    /\.(sh|bash|zsh)$|(^|\/)(Makefile|GNUmakefile|makefile|justfile|Justfile|Taskfile\.ya?ml|package\.json|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|noxfile\.py|Dockerfile|pom\.xml|build\.gradle(\.kts)?)$|^\.husky\/|\.mk$/.test(
      path,
    ) ||
    (isConfiguration(path) && /\.(toml|ini|cfg)$/.test(path))
  );
}

interface Line {
  readonly text: string;
  readonly line: number;
}

/** Lines that are new, each beside the line that it took the place of: the one that shares most of its words. */
function editedLines(path: string, before: string, after: string, held: Held): Suspicion[] {
  const lost = without(linesOf(before), linesOf(after));
  const fresh = without(linesOf(after), linesOf(before));
  const shell: Shell = {
    ofPipeline: isPipeline(path),
    made: /(^|\/)(GNU)?[Mm]akefile$|\.mk$|(^|\/)tox\.ini$/.test(path),
    lax: /(^|\/)(GNU)?[Mm]akefile$|\.mk$|(^|\/)package\.json$/.test(path),
    held,
    piped: /pipefail|^\s*shell:\s*bash\s*$/m.test(after),
  };
  // A target of make names what it needs, and is no command.
  const isHead = ({ text }: Line) => shell.made && /^[\w./-]+( [\w./-]+)*:(?!=)/.test(text);
  const old = lost
    .filter((line) => !isHead(line))
    .slice(0, comparable)
    .map((line) => ({ ...line, words: commandWords(line.text) }));
  const halves = new Map<string, Set<string>>();
  for (const { text } of fresh.slice(0, judged)) {
    const key = eitherWay(text);
    halves.set(key, (halves.get(key) ?? new Set()).add(commandWords(text).join(' ')));
  }
  const followers = fresh
    .filter((line) => !isHead(line))
    .slice(0, judged)
    .map((line) => ({ line, was: closest(line, old) }));
  // Of several lines in the place of one, another still runs all that it ran.
  const kept = new Set(
    followers.flatMap(({ line, was }) =>
      was && !isPackage.test(path) && runs.test(line.text) && judge(line.text, was.text, shell).length === 0
        ? was.line
        : [],
    ),
  );
  return followers.flatMap(({ line, was }): Suspicion[] => {
    // What it leaves out, another takes.
    const isHalf = (halves.get(eitherWay(line.text))?.size ?? 0) > 1;
    const at = { side: 'after', file: path, line: line.line } as const;
    return judge(line.text, was?.text, shell)
      .filter(({ kind }) => kind !== 'test-config-edit' || !(isHalf || kept.has(was?.line ?? 0)))
      .map((told) => ({
        at,
        ...(was ? { was: { side: 'before', file: path, line: was.line } as const } : {}),
        ...told,
      }));
  });
}

const isPackage = /(^|\/)package\.json$/;
/** Whether a line runs tests. */
const runs = /\b(tests?|jest|vitest|mocha|pytest|nextest|verify)\b/;

/** A command without what turns a choice around: `-m "not slow"` and `-m slow`, `--exclude-tag=e2e` and `--tag=e2e`. */
const eitherWay = (text: string) =>
  commandWords(text)
    .filter((word) => !/^(not|--no-run)$/.test(word))
    .map((word) =>
      word
        .replace(/^--exclude-/, '--')
        .replace(/-invert$/, '')
        .replace(/[!~]/g, ''),
    )
    .join(' ');

/** A line that is longer than this is data. */
const longest = 2000;

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.length > longest ? '' : line, line: index + 1 }));
}

function without(all: readonly Line[], other: readonly Line[]): Line[] {
  // A line of JSON gets a comma when another follows it, and says what it said.
  const plain = ({ text }: Line) => text.trim().replace(/,$/, '');
  const known = new Set(other.map(plain));
  return all.filter((line) => plain(line) !== '' && !known.has(plain(line)));
}

/** Only the first so many lost lines are compared: a script that was rewritten has no closest line. */
const comparable = 200;
/** A script of more new lines was generated. */
const judged = 5000;

function closest(
  { text }: Line,
  lost: readonly (Line & { readonly words: readonly string[] })[],
): Line | undefined {
  const words = new Set(commandWords(text));
  let best: Line | undefined;
  let most = 0;
  for (const one of lost) {
    const common = one.words.filter((word) => words.has(word)).length;
    if (common > most) [best, most] = [one, common];
  }
  return best;
}

const checks =
  /\b(tests?|jest|vitest|mocha|ava|pytest|tox|nox|unittest|cargo|go|mvn|mvnw|gradle|gradlew|lint|eslint|biome|tsc|ruff|flake8|mypy|pylint|clippy|golangci-lint|checkstyle|check|ci|verify|coverage|nyc|c8|playwright|cypress|rspec|make|audit|scan|semgrep|trivy|gosec|bandit|govulncheck|gitleaks|shellcheck|hadolint|prettier|fmt|black|isort|pyright|staticcheck|bats)\b/;

type Told = Pick<Suspicion, 'kind' | 'severity' | 'message'>;

function judge(text: string, old: string | undefined, shell: Shell): Told[] {
  const words = commandWords(text);
  const then = commandWords(old ?? '');
  const swallows = howSwallowed(words, shell);
  const swallowed =
    swallows !== undefined &&
    howSwallowed(then, shell) === undefined &&
    (checks.test(text) || /^(set|a shell|a stage|a trap|codes)/.test(swallows));
  const told = optionsWeakened(words, then, shell.held);
  const found: Told[] = [];
  if (swallowed)
    found.push({
      kind: 'swallowed-failure',
      severity: 'high',
      message: `A failure is swallowed (${swallows}).`,
    });
  // What is written anew in a pipeline is compared with nothing that anybody looked at.
  if (told) found.push(shell.ofPipeline && writesAnew(words, then) ? { ...told, kind: 'ci-edit' } : told);
  return found;
}

/** What a failure means where a command stands. */
interface Shell {
  readonly ofPipeline: boolean;
  /** A dash before a command swallows its failure. */
  readonly made: boolean;
  /** Of several commands in a line only the last counts. */
  readonly lax: boolean;
  /** What is set elsewhere. */
  readonly held: Held;
  /** A pipe fails with any of its commands. */
  readonly piped: boolean;
}

function howSwallowed(words: readonly string[], { made, lax, piped }: Shell): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const [word, next = '', third] = words.slice(at, at + 3);
    if (word === '||' && /^(true|:|exit|echo|\/bin\/true)$/.test(next) && !(next === 'exit' && third !== '0'))
      return `|| ${next}`;
    if ((word === ';' || word === '&') && next === 'exit' && third === '0') return '; exit 0';
    if (word === 'catchError' && words.includes('SUCCESS')) return 'a stage that catches errors';
    // nox: further codes by which a session ends well.
    if (/^success_codes=\[/.test(word ?? '') && /success_codes=\[[^\]]*[1-9]/.test(words.slice(at).join(' ')))
      return 'codes of success';
    if (word === 'returnStatus:' && next === 'true') return 'a status that is only returned';
    if (word === 'shell:' && /^(ba|z)?sh$/.test(next) && third === '{0}')
      return 'a shell that goes on after errors';
    if (word === ';' && next === 'echo' && lax && !words.slice(at + 1).includes(';')) return '; echo';
    if (word === '|' && !piped && (next === 'tee' || isFiltered(words, at))) return `| ${next}`;
    if (word === 'trap' && next === 'exit' && third === '0') return 'a trap that ends well';
    if (word === 'set' && next.startsWith('+') && next.includes('e')) return 'set +e';
    if (word === ';' && next === 'true') return '; true';
    if (
      /^--(passWithNoTests|pass-with-no-tests|no-fail|exit-zero|suppress-tests-exit-code|no-fail-on-error|keep-going-and-succeed)$/.test(
        word ?? '',
      )
    )
      return word;
    if (/^-D(maven\.test\.failure\.ignore|testFailureIgnore)(=true)?$/.test(word ?? '')) return word;
  }
  // In tox the dash follows the name of the setting.
  const dash = (words[1] === '=' ? words[2] : words[0]) ?? '';
  return made && dash.startsWith('-') && !isOption.test(dash) && checks.test(words.join(' '))
    ? 'a dash before the command'
    : undefined;
}

/** Whether what a check prints is handed to what ends well whenever it can read: `npm test | grep -v warning`. */
function isFiltered(words: readonly string[], at: number): boolean {
  const [next = '', option = ''] = words.slice(at + 1, at + 3);
  if (!/^(grep|sed|awk|cat|head|tail)$/.test(next) || /^-\w*[qc]/.test(option)) return false;
  const from = words.slice(0, at).findLastIndex((word) => /^(;|\|\|?|&&?)$/.test(word));
  const command = words.slice(from + 1, at);
  return checks.test(command.join(' ')) && !command.some((word) => telling.test(word));
}

/** What is only asked for what there is, and checks nothing. */
const telling =
  /^(list|ls|ls-files|find|git|echo|cat|printf|curl|metadata|tree|env|config|help|query|show|--?version|-V|--list\S*|--collect-only)$/;

/** An option of a command that began a line above, or of pip in a list of what to install. */
const isOption = /^--|^-[rec]$|^-[rc].*\.txt$/;
