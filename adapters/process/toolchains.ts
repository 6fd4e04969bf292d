/**
 * Where a sandbox's commands look for programs: what whoever started the host finds too, as far as it is in view.
 *
 * Walls show the operating system's folders and hide the home folder, where version managers keep their toolchains and
 * people keep their secrets. So what lies there is shown only where it was named, folder by folder.
 */
import { stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where the usual systems keep programs. */
const systemPath = [
  ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  ...(platform() === 'darwin' ? ['/opt/homebrew/bin'] : []),
];

/** What walls show of the machine without being told to (bubblewrap.ts). */
export const isInView = (path: string): boolean => /^\/(?:usr|opt|nix|gnu|bin|sbin)(?:\/|$)/.test(path);

/**
 * A `PATH`: named toolchains first, then the folder of the Node that runs the harness, then the `own` PATH of whoever
 * started the host as far as `shown` says that it can be seen, then the system's. No entry twice, none relative.
 */
export async function searchPath(
  tools: readonly string[],
  nodeFolder: string,
  own: string,
  shown: (folder: string) => boolean = isInView,
): Promise<string> {
  const named = await Promise.all(tools.map(programsOf));
  const known = own.split(delimiter).filter((folder) => isAbsolute(folder) && shown(folder));
  return [...new Set([...named, nodeFolder, ...known, ...systemPath])].join(delimiter);
}

/** A toolchain's `bin`; itself where it has none. */
async function programsOf(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  const there = await stat(bin).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return there ? bin : folder;
}
