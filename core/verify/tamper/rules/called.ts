/** What of a project's scripts its pipelines come to: a script that nothing calls checks nothing. */
import { readSettings } from '../config/setting.ts';
import { commandWords } from '../lex/shell.ts';

/** The commands of a line, without the key before them and what only prepares them. */
export function commandsOf(raw: string): string[][] {
  const held = /^\s*(?:-\s+)?(?:([\w-]+):\s+)?(.*)$/.exec(raw);
  if (held?.[1] !== undefined && !/^(run|script|command|sh)$/.test(held[1])) return [];
  const commands: string[][] = [[]];
  for (const word of commandWords(held?.[2] ?? raw)) {
    if (/^(;|\|\|?|&&?)$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.filter((words) => words.length > 0);
}

const isMake = /(^|\/)(GNU)?[Mm]akefile$/;
const isPackage = /(^|\/)package\.json$/;

/** All that pipelines come to: their own texts, and of the scripts of a project those that they call. */
export function reachedFrom(
  pipelines: readonly string[],
  files: readonly (readonly [path: string, text: string])[],
): string {
  const named = (path: string) => isMake.test(path) || isPackage.test(path);
  const whole = [...pipelines, ...files.flatMap(([path, text]) => (named(path) ? [] : text))];
  const make = files.filter(([path]) => isMake.test(path));
  const made = make.map(([, text]) => calledOf(ofMake(text), wordsIn(whole), text));
  const packages = files.filter(([path]) => isPackage.test(path));
  const words = wordsIn([...whole, ...made]);
  return [
    ...whole,
    ...made,
    ...packages.map(([path, text]) => calledOf(ofPackage(path, text), words, text)),
  ].join('\n');
}

const wordsIn = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => text.split('\n').flatMap((raw) => commandsOf(raw).flat())));

/** The scripts that are called by these words, and those that they call in turn; the file as it is where it holds too many. */
function calledOf(scripts: readonly Script[], words: ReadonlySet<string>, text: string): string {
  if (scripts.length > mostScripts) return text;
  const called = new Set<string>();
  // `make` alone makes the first target.
  const wanted = [...words, ...(words.has('make') ? [scripts[0]?.name ?? ''] : [])];
  while (wanted.length > 0) {
    const word = wanted.pop() ?? '';
    for (const script of scripts) {
      if (called.has(script.name) || !calls(word, script.name)) continue;
      called.add(script.name);
      wanted.push(...commandWords(script.body), `pre${script.name}`, `post${script.name}`);
    }
  }
  return scripts
    .filter(({ name }) => called.has(name))
    .map(({ name, body }) => `${name} ${body}`)
    .join('\n');
}

/** No project that a person keeps has more. */
const mostScripts = 100;

/** `lint`, `lint:*`; npm knows its tests by a letter too. */
function calls(word: string, name: string): boolean {
  if (word.includes('*')) return word !== '*' && name.startsWith(word.slice(0, word.indexOf('*')));
  return word === name || (word === 't' && name === 'test');
}

interface Script {
  readonly name: string;
  readonly body: string;
}

const ofPackage = (path: string, text: string): Script[] =>
  readSettings(path, text)
    .filter((one) => one.path.startsWith('scripts.'))
    .map(({ path: key, value }) => ({ name: key.slice('scripts.'.length), body: value }));

/** Each target with what it needs and its commands. */
function ofMake(text: string): Script[] {
  const found: { name: string; body: string }[] = [];
  for (const line of text.split('\n')) {
    const head = /^([\w-]+):(?!=)(.*)$/.exec(line);
    if (head) found.push({ name: head[1] ?? '', body: head[2] ?? '' });
    const last = found.at(-1);
    if (!head && last && /^\t/.test(line)) last.body += `\n${line.replace(/\\$/, '')}`;
  }
  return found;
}
