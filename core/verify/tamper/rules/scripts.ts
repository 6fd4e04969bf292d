/** Scripts of a project: what they no longer check, while nothing that is new checks it instead. */
import type { Change } from '../change.ts';
import { readSettings } from '../config/setting.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline } from '../path.ts';
import { type Check, checksIn, doesTheSame } from './pipelines.ts';

/** Scripts of which fewer commands check something. */
export function scriptRules({ before, after }: Change): Suspicion[] {
  const pipelines = [...after].flatMap(([path, text]) => (isPipeline(path) ? checksIn(text) : []));
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (was === undefined || was === text || was.length > largest || text.length > largest) return [];
    const [then, now] = [scriptsIn(path, was), scriptsIn(path, text)];
    const known = new Set([...then.values()].flatMap(({ value }) => value.split('\n')));
    const fresh = [...now.values()]
      .flatMap(({ value }) => value.split('\n'))
      .filter((line) => !known.has(line));
    const runs = [...pipelines, ...checksIn(fresh.join('\n'))];
    return [...then].flatMap(([name, script]) => lostFrom(path, name, script, now.get(name), runs, fresh));
  });
}

/** A file of more than this is data. */
const largest = 100_000;

interface Script {
  readonly value: string;
  readonly line: number;
}

/** What makes or starts something fails by itself. */
const making = /^(build|start|dev|serve|watch|bundle|compile)/;

function lostFrom(
  path: string,
  name: string,
  script: Script,
  is: Script | undefined,
  runs: readonly Check[],
  fresh: readonly string[],
): Suspicion[] {
  // A script that is gone was perhaps one that nobody called; those before and after others are called by these.
  if (making.test(name) || (is === undefined && !/^(pre|post)[a-z]/.test(name))) return [];
  const [had, has] = [checksIn(script.value), checksIn(is?.value ?? '')];
  const kept = has.map(({ key }) => key);
  const lost = had
    .filter(({ key }) => {
      const at = kept.indexOf(key);
      if (at >= 0) kept.splice(at, 1);
      return at < 0;
    })
    .find(
      ({ tool }) =>
        !runs.some(
          (one) => doesTheSame(one.tool, tool) || one.key.split(' ').some((word) => takesIn(word, tool)),
        ),
    );
  if (
    lost === undefined ||
    has.length >= had.length ||
    fresh.some((line) => perhaps.test(line) && checksIn(line).length === 0)
  )
    return [];
  const was = { side: 'before', file: path, line: script.line + lost.line - 1 } as const;
  return [
    {
      at: is ? { side: 'after', file: path, line: is.line } : was,
      was,
      kind: 'test-config-edit',
      severity: 'medium',
      message: `${name === '' ? 'This' : `The script ${name}`} no longer runs ${lost.tool}.`,
    },
  ];
}

/** Whether files that are run by a glob, or by their folder alone, are these or have these among them. */
function takesIn(all: string, some: string): boolean {
  const [whole, part] = [unquoted(all), unquoted(some)];
  const star = whole.indexOf('*');
  return part.startsWith(star > 0 ? whole.slice(0, star) : `${whole}/index.`);
}

const unquoted = (path: string) => path.replace(/["']/g, '');

/** A command of which nothing is known but that its name is that of a check: `gotestsum`, `./run-specs`. */
const perhaps = /^\s*@?[\w./-]*(test|spec|lint|check|cov)\w*\s+\S/;

const isPackage = /(^|\/)package\.json$/;
const isMake = /(^|\/)(GNU)?[Mm]akefile$|\.mk$/;
const isScript = /\.(sh|bash|zsh)$|(^|\/)(tox\.ini|justfile|Justfile)$/;

/** The scripts of a file by their names; a file that is one script as a whole is that without a name. */
function scriptsIn(path: string, text: string): ReadonlyMap<string, Script> {
  if (isPackage.test(path))
    return new Map(
      readSettings(path, text)
        .filter((one) => one.path.startsWith('scripts.'))
        .map(({ path: name, value, line }) => [name.slice('scripts.'.length), { value, line }]),
    );
  if (isMake.test(path))
    return new Map([['', { value: text.split('\n').map(asCommands).join('\n'), line: 1 }]]);
  return new Map(isScript.test(path) ? [['', { value: text, line: 1 }]] : []);
}

/** `check: lint test`: what a target asks for runs as a command does. */
function asCommands(line: string): string {
  if (line.startsWith('.')) return '';
  const asked = /^[\w-]+:(?!=)\s*([^#=]*)/.exec(line);
  return asked ? (asked[1] ?? '').trim().split(/\s+/).join(' ; ') : line;
}
