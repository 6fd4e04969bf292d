/** What a machine needs to host, judged: pure, from what the probes found. */

import type { Hidden } from './toolchains.ts';

export interface Finding {
  readonly verdict: 'ok' | 'warning' | 'problem';
  readonly what: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What was found on this machine. A version is null where the program is missing. */
export interface Machine {
  readonly node: string;
  readonly git: string | null;
  readonly ripgrep: string | null;
  /** Null: works. Otherwise why not. */
  readonly bubblewrap: string | null;
  /** Programs of this user that sandboxes do not see. */
  readonly hidden: readonly Hidden[];
  readonly folder: { readonly path: string; readonly problem: string | null; readonly freeBytes: number };
  readonly port: { readonly number: number; readonly state: 'free' | 'ours' | 'taken' };
  readonly build: readonly string[];
  readonly key: boolean;
  /** Only when it was asked for: how the model's address answered. */
  readonly model?: { readonly url: string; readonly problem: string | null };
}

/** What `package.json` asks for. */
const nodeNeeds = [20, 19] as const;
/** The first git whose `merge-tree` writes trees, which conflicts are told with. */
const gitNeeds = [2, 38] as const;
/** A ticket of a middling repository, its sandboxes and caches. */
const easyBytes = 2_000_000_000;
/** Less does not even hold the database while it works. */
const leastBytes = 200_000_000;

/** All findings, in the order in which a person would mend them. */
export function examine(machine: Machine): Finding[] {
  return [
    ...version('Node', machine.node, nodeNeeds, 'Install a newer Node from https://nodejs.org.'),
    ...version('git', machine.git, gitNeeds, 'Install git from https://git-scm.com or your package manager.'),
    ripgrep(machine),
    bubblewrap(machine),
    ...hidden(machine),
    ...folder(machine),
    port(machine),
    build(machine),
    key(machine),
    ...model(machine),
  ];
}

function version(
  name: string,
  found: string | null,
  needs: readonly [number, number],
  advice: string,
): Finding[] {
  if (found === null) return [{ verdict: 'problem', what: `${name} was not found.`, advice }];
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(found) ?? []).slice(1).map(Number);
  const enough = major > needs[0] || (major === needs[0] && minor >= needs[1]);
  if (enough) return [{ verdict: 'ok', what: `${name} ${found}` }];
  return [{ verdict: 'problem', what: `${name} ${found} is older than ${needs.join('.')}.`, advice }];
}

function ripgrep({ ripgrep: found }: Machine): Finding {
  if (found !== null) return { verdict: 'ok', what: `ripgrep ${found}` };
  const advice = 'Install ripgrep (rg): agents search with it.';
  return { verdict: 'problem', what: 'ripgrep was not found.', advice };
}

function bubblewrap({ bubblewrap: problem }: Machine): Finding {
  if (problem === null)
    return { verdict: 'ok', what: 'bubblewrap works: sandboxes see only their own folder' };
  const advice =
    'Sandboxes run as plain processes with your rights. Install bubblewrap (Linux), and allow unprivileged user namespaces.';
  return { verdict: 'warning', what: `bubblewrap does not work: ${problem}`, advice };
}

/** One finding a toolchain: several programs come with each. */
function hidden({ hidden: found, bubblewrap: problem }: Machine): Finding[] {
  // Without walls commands see what the user sees.
  if (problem !== null) return [];
  const folders = [...new Set(found.map(({ folder }) => folder))];
  return folders.map((folder) => {
    const programs = found.filter((one) => one.folder === folder).map(({ program }) => program);
    const what = `Sandboxes do not see ${programs.join(', ')} (in ${folder}).`;
    return { verdict: 'warning', what, advice: `If a project needs it: --tools ${folder} (or OMOI_TOOLS).` };
  });
}

function folder({ folder: { path, problem, freeBytes } }: Machine): Finding[] {
  if (problem !== null)
    return [
      {
        verdict: 'problem',
        what: `The data folder ${path}: ${problem}`,
        advice: 'Choose another one with --data.',
      },
    ];
  const free = `${(freeBytes / 1e9).toFixed(1)} GB free`;
  if (freeBytes >= easyBytes)
    return [{ verdict: 'ok', what: `The data folder ${path} can be written, ${free}` }];
  const verdict = freeBytes < leastBytes ? 'problem' : 'warning';
  return [
    {
      verdict,
      what: `The disk of ${path} is nearly full: ${free}.`,
      advice: 'Make room, or choose another one with --data.',
    },
  ];
}

function port({ port: { number, state } }: Machine): Finding {
  if (state === 'free') return { verdict: 'ok', what: `Port ${number} is free` };
  if (state === 'ours') return { verdict: 'ok', what: `A host is running on port ${number}` };
  return {
    verdict: 'problem',
    what: `Port ${number} is taken by another program.`,
    advice: 'Choose another one with --port.',
  };
}

function build({ build: missing }: Machine): Finding {
  if (missing.length === 0) return { verdict: 'ok', what: 'The build is complete' };
  return {
    verdict: 'problem',
    what: `The build lacks ${missing.join(', ')}.`,
    advice: 'Run `npm run build`.',
  };
}

function key({ key: set }: Machine): Finding {
  if (set) return { verdict: 'ok', what: 'ANTHROPIC_API_KEY is set' };
  const advice = 'Set it, or play a cassette with --replay: without either, tickets come to nothing.';
  return { verdict: 'warning', what: 'ANTHROPIC_API_KEY is not set.', advice };
}

function model({ model: asked }: Machine): Finding[] {
  if (asked === undefined) return [];
  if (asked.problem === null) return [{ verdict: 'ok', what: `The model answers at ${asked.url}` }];
  const advice = 'Look at ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and your network.';
  return [{ verdict: 'problem', what: `The model at ${asked.url} ${asked.problem}`, advice }];
}
