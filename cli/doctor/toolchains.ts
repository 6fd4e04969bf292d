/** Programs that this machine's user has and sandboxes do not see, with the folder that would show them. */
import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { isInView, searchPath } from '#adapters/process/toolchains.ts';

/** What projects' commands usually begin with. */
const programs = (
  'go cargo rustc python3 python pytest uv poetry java mvn gradle kotlinc ruby bundle php composer dotnet deno bun pnpm ' +
  'yarn make gcc swift mix sbt ghc stack'
).split(' ');

/** Programs that stand for others: how each is asked which one it would run. */
const managers: readonly (readonly [RegExp, string])[] = [
  [/\/\.cargo\/bin\//, 'rustup'],
  [/\/\.?pyenv\/shims\//, 'pyenv'],
  [/\/\.?rbenv\/shims\//, 'rbenv'],
  [/\/\.?asdf\/shims\//, 'asdf'],
  [/\/mise\/shims\//, 'mise'],
];

export interface Hidden {
  readonly program: string;
  /** To be named with `--tools`. */
  readonly folder: string;
}

/** Looks along `own`, the user's PATH; `tools` are shown already. */
export async function hiddenPrograms(own: string, tools: readonly string[]): Promise<Hidden[]> {
  const shown = await searchPath(tools, dirname(process.execPath), own);
  const looked = await Promise.all(
    programs.map(async (program): Promise<Hidden | null> => {
      const found = await firstOn(own, program);
      if (found === null || (await firstOn(shown, program)) !== null) return null;
      const real = await behind(found, program);
      return isInView(real) ? null : { program, folder: toolchainOf(real) };
    }),
  );
  return looked.filter((one) => one !== null);
}

async function firstOn(path: string, program: string): Promise<string | null> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const place = join(folder, program);
    const runs = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return place;
  }
  return null;
}

/** The program itself, where what was found is a version manager's stand-in or a link. */
async function behind(found: string, program: string): Promise<string> {
  const [, manager] = managers.find(([place]) => place.test(found)) ?? [];
  const said = manager && (await ask(manager, ['which', program]));
  return realpath(said || found);
}

/** The first line that it prints; nothing when it fails. */
function ask(manager: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(manager, args, { timeout: 5000 }, (error, stdout) =>
      resolve(error ? '' : (stdout.split('\n')[0]?.trim() ?? '')),
    );
  });
}

function toolchainOf(program: string): string {
  const folder = dirname(program);
  return basename(folder) === 'bin' ? dirname(folder) : folder;
}
