/** What of a project's scripts its pipelines come to: a script that nothing calls checks nothing. */
import { readSettings } from '../config/setting.ts';
import { commandWords } from '../lex/shell.ts';

/** Of files that hold scripts by their names, those that are called; other files as they are. */
export function calledIn(path: string, text: string, pipelines: ReadonlySet<string>): string {
  const isMake = /(^|\/)(GNU)?[Mm]akefile$/.test(path);
  const isPackage = /(^|\/)package\.json$/.test(path);
  const scripts = isPackage ? ofPackage(path, text) : isMake ? ofMake(text) : undefined;
  if (scripts === undefined || scripts.length > mostScripts) return text;
  const called = new Set<string>();
  // `make` alone makes the first target.
  const wanted = [...pipelines, ...(isMake && pipelines.has('make') ? [scripts[0]?.name ?? ''] : [])];
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
