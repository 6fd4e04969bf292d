/**
 * The walls: arguments for bubblewrap, outer (the harness of one run) and inner (one command inside that).
 *
 * The outer wall shows the run's own folder, the operating system read-only, and nothing else of the machine. The
 * inner wall is nested in it, once per command: an own process list, an empty environment, and of the run's folder
 * only what a command needs. So a command can neither see the harness (whose environment holds the run token) nor
 * outlive it.
 */
/** Where the run's folder appears inside the outer wall; the same for every run, so that caches with absolute paths fit. */
export const sandboxFolder = '/sandbox';
/** Where the harness's bundle appears inside the outer wall. */
export const agentFile = '/agent/agent.mjs';
/**
 * A nested wall may only mount a process list of its own when a complete one is in view, and the outer wall's has
 * covered parts. So the host's lies here, in a folder that nobody may enter.
 */
const procAnchor = '/.proc';

/** Files under /etc that programs need to resolve names, users, certificates and libraries; the rest stays hidden. */
const etc = [
  'alternatives',
  'ca-certificates',
  'ca-certificates.conf',
  'crypto-policies',
  'group',
  'host.conf',
  'hosts',
  'fonts',
  'java',
  'java-11-openjdk',
  'java-17-openjdk',
  'java-21-openjdk',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'maven',
  'mime.types',
  'npmrc',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'perl',
  'pip.conf',
  'pki',
  'protocols',
  'python3',
  'resolv.conf',
  'services',
  'ssl',
  'terminfo',
  'timezone',
];

/**
 * An own process list. Kernel settings in it are read-only by a mount, because their file modes do not hold back a
 * sandbox that was started by root.
 */
const ownProc = [
  '--proc',
  '/proc',
  ...['sys', 'sysrq-trigger', 'irq', 'bus', 'acpi', 'fs'].flatMap((name) => [
    '--ro-bind-try',
    `/proc/${name}`,
    `/proc/${name}`,
  ]),
];

/** What the outer wall lets in. */
export interface OuterWall {
  /** The run's own folder on the host; read and write. */
  readonly folder: string;
  /** The harness's bundle on the host; read only. */
  readonly agent: string;
  /** Folders of tools outside the operating system's own, such as a Node under the home folder; read only, same path. */
  readonly tools: readonly string[];
}

/** Arguments up to and including `--`; the environment of bubblewrap itself is handed through. */
export function outerWall(wall: OuterWall): string[] {
  return [
    ...unshared,
    ...['--die-with-parent', '--new-session'],
    ...ground(wall.tools),
    ...ownProc,
    ...['--perms', '0000', '--dir', procAnchor, '--bind', '/proc', `${procAnchor}/host`],
    ...['--dev', '/dev', '--tmpfs', '/tmp', '--dir', '/home'],
    ...['--ro-bind', wall.agent, agentFile, '--bind', wall.folder, sandboxFolder, '--chdir', sandboxFolder],
    '--',
  ];
}

/** An ordinary user, whoever started the host: tools then behave as they do on a developer's machine. */
const user = { uid: 1000, gid: 1000 };
const unshared = [
  ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--uid', String(user.uid), '--gid', String(user.gid), '--hostname', 'sandbox'],
];

/**
 * The users of a sandbox (passwd(5)). What reads its home from there and not from `HOME`, as the JVM does, has to find
 * the one that it may write.
 */
export const usersFile = (home: string): string =>
  [
    'root:x:0:0:root:/root:/usr/sbin/nologin',
    `agent:x:${user.uid}:${user.gid}:agent:${home}:/bin/bash`,
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    '',
  ].join('\n');

/** The operating system, read only. */
function ground(tools: readonly string[]): string[] {
  const merged = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];
  return [
    ...['--ro-bind', '/usr', '/usr', '--ro-bind-try', '/opt', '/opt'],
    ...['--ro-bind-try', '/nix', '/nix', '--ro-bind-try', '/gnu', '/gnu'],
    ...merged.flatMap((name) => ['--ro-bind-try', `/${name}`, `/${name}`]),
    // Where the resolver's file is a link, its target.
    ...['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'],
    ...etc.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...tools.flatMap((path) => ['--ro-bind', path, path]),
  ];
}

/** What the inner wall lets a command see of the run's folder; all else in it is hidden. */
export interface InnerWall {
  /** The run's folder, as the harness sees it. */
  readonly folder: string;
  readonly readOnly: readonly string[];
  readonly writable: readonly string[];
  /** Becomes `/tmp`; kept between commands of one run. */
  readonly temporary: string;
  /** Whether it shares the network of the harness. */
  readonly network: boolean;
  /** The file of users in which the command finds itself; all others on the machine are none of its business. */
  readonly users: string;
  readonly cwd: string;
  /** Whether there is an outer wall; without one, which tools outside the operating system's own are let in. */
  readonly within: 'outer-wall' | { readonly tools: readonly string[] };
}

/** Arguments up to and including `--`. The environment is cleared; `env` is all there is. */
export function innerWall(wall: InnerWall, env: Readonly<Record<string, string>>): string[] {
  const { within } = wall;
  return [
    ...unshared,
    ...(wall.network ? [] : ['--unshare-net']),
    ...['--die-with-parent', '--new-session', '--clearenv'],
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...(within === 'outer-wall' ? ['--ro-bind', '/', '/', '--tmpfs', procAnchor] : ground(within.tools)),
    ...['--ro-bind', wall.users, '/etc/passwd'],
    ...ownProc,
    ...['--dev', '/dev', '--bind', wall.temporary, '/tmp', '--tmpfs', wall.folder],
    ...wall.readOnly.flatMap((path) => ['--ro-bind', path, path]),
    ...wall.writable.flatMap((path) => ['--bind', path, path]),
    ...['--chdir', wall.cwd, '--'],
  ];
}
