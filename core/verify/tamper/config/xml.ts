import type { Setting } from './entry.ts';

/** Plugins of Maven that look at the heads of files for a licence. */
const licensing = /^(apache-rat-plugin|license-maven-plugin|licensecheck-maven-plugin)$/;

/** What such a plugin is called in the paths of its settings, as what it leaves out is neither tested nor covered less. */
export const licences = 'licence-check';

/** Plugins of Maven that read code and run no test: in the paths of their settings they are called what they are. */
const reading =
  /^(maven-pmd-plugin|maven-checkstyle-plugin|spotbugs-maven-plugin|japicmp-maven-plugin|clirr-maven-plugin|revapi-maven-plugin|maven-javadoc-plugin)$/;

/** The text of elements and the values of attributes, by the path of element names (at most the last eight). */
export function readXml(text: string): Setting[] {
  const settings: Setting[] = [];
  const open: string[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const isTag = text[at] === '<';
    const isComment = text.startsWith('<!--', at);
    const found = text.indexOf(isComment ? '-->' : isTag ? '>' : '<', at + 1);
    const end = found < 0 ? text.length : found + (isComment ? 3 : isTag ? 1 : 0);
    const piece = text.slice(at, end);
    if (isTag && !isComment) readTag(piece, open, (path, value) => settings.push({ path, value, line }));
    else if (!isTag && piece.trim() !== '') {
      const name = piece.trim();
      const isPlugin = open.at(-2) === 'plugin' && open.at(-1) === 'artifactId';
      if (isPlugin && licensing.test(name)) open[open.length - 2] = licences;
      else if (isPlugin && reading.test(name)) open[open.length - 2] = name;
      settings.push({ path: open.slice(-8).join('.'), value: piece.trim(), line });
    }
    for (let next = piece.indexOf('\n'); next >= 0; next = piece.indexOf('\n', next + 1)) line += 1;
    at = end;
  }
  return settings;
}

function readTag(tag: string, open: string[], tell: (path: string, value: string) => void): void {
  if (tag.startsWith('</')) return void open.pop();
  if (/^<[?!]/.test(tag)) return;
  const name = /^<([\w.:-]+)/.exec(tag)?.[1] ?? '';
  open.push(name);
  // An attribute list longer than this is data.
  for (const [, key, value] of tag.slice(0, 4000).matchAll(/\s([\w.:-]{1,80})="([^"]*)"/g))
    tell([...open.slice(-8), key ?? ''].join('.'), value ?? '');
  if (tag.endsWith('/>')) open.pop();
}
