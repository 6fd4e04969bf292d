/** One road: the sample's ticket from its submission to its end, with deaths on the way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TicketView } from '#core/api/views.ts';
import { materialiseSample, sampleTicket } from '#local/sample/materialise.ts';
import { distDir } from '../folder.ts';
import { drive } from '../road/drive.ts';
import { processesOf } from '../road/processes.ts';
import { callsIn, type Outcome, outcomeOf } from './outcome.ts';
import { type Kill, type Language, type Plan, Said, sampleOf } from './plan.ts';

const script = fileURLToPath(new URL('./host.ts', import.meta.url));

/** What became of a road. */
export interface Walked {
  readonly outcome: Outcome;
  /** What was killed, in words, in the order of the deaths; of a road that ended first, fewer than were planned. */
  readonly killed: readonly string[];
  /** The turns that its agents took, each once. */
  readonly turns: readonly string[];
  /** Calls that reached the model: more than were charged, where an answer was lost with the host. */
  readonly asked: number;
  /** Processes that were left when the last host had closed. */
  readonly left: readonly string[];
  readonly seconds: number;
  /** Commits and calls of the last life of the host. */
  readonly commits: number;
  readonly calls: number;
}

interface Life {
  readonly child: ChildProcess;
  readonly said: Said[];
  /** Fires when it has died. */
  readonly lost: AbortSignal;
  /** The address, or null when it died before it had one. */
  readonly url: Promise<string | null>;
  readonly over: Promise<void>;
}

function born(plan: Plan, log: string): Life {
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(plan)], {
    // The first is its tether: it closes with us, whatever ends us.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
  const said: Said[] = [];
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const death = new AbortController();
  void over.then(() => death.abort());
  const url = new Promise<string | null>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const one = Said.parse(JSON.parse(line));
      said.push(one);
      if (one.said === 'open') resolve(one.url);
    });
    void over.then(() => resolve(null));
  });
  return { child, said, url, over, lost: death.signal };
}

/** More lives than the deaths explain mean that the host does not come up again. */
const livesToSpare = 2;

/** The deaths of the host are one a life, in their order; those of sandboxes all lie in the first. */
function killsIn(life: number, kills: readonly Kill[]): Kill[] {
  const [hosts, sandboxes] = [
    kills.filter(({ what }) => what === 'host'),
    kills.filter(({ what }) => what === 'sandbox'),
  ];
  return [...hosts.slice(life, life + 1), ...(life === 0 ? sandboxes : [])];
}

/** Walks the road in `folder`, which keeps the host's log in `host.log`. Throws when the host dies unasked. */
export async function walk(folder: string, language: Language, kills: readonly Kill[]): Promise<Walked> {
  const began = performance.now();
  const sample = sampleOf(language);
  const paths = {
    dataDir: join(folder, 'data'),
    repo: join(folder, sample.name),
    callsFile: join(folder, 'calls'),
  };
  const log = join(folder, 'host.log');
  await mkdir(folder, { recursive: true });
  await materialiseSample(paths.repo, distDir, sample);
  const said: Said[] = [];
  const maxLives = kills.length + livesToSpare;
  for (let lived = 0; lived < maxLives; lived += 1) {
    const plan = {
      dataDir: paths.dataDir,
      callsFile: paths.callsFile,
      language,
      kills: killsIn(lived, kills),
    };
    const life = born(plan, log);
    try {
      const url = await life.url;
      const ticket =
        url === null
          ? null
          : await drive(url, { repo: paths.repo, ...(await sampleTicket(sample)) }, life.lost);
      if (url !== null && ticket !== null) {
        const outcome = await settled(url, paths.repo, ticket);
        life.child.kill('SIGTERM');
        await life.over;
        const left = (await processesOf(folder)).map(({ command }) => command.slice(0, 200));
        said.push(...life.said);
        const seconds = (performance.now() - began) / 1000;
        return { outcome, ...told(said), ...(await callsIn(paths.callsFile)), left, seconds };
      }
    } finally {
      life.child.kill('SIGKILL');
      await life.over;
      said.push(...life.said.filter((one) => !said.includes(one)));
    }
  }
  throw new Error(`The host died ${maxLives} times; see ${log}.`);
}

/** The last model call's reservation is settled before its answer ends, so all is written once the ticket is over. */
async function settled(url: string, repo: string, ticket: TicketView): Promise<Outcome> {
  return outcomeOf(url, repo, ticket);
}

function told(said: readonly Said[]): Pick<Walked, 'killed' | 'commits' | 'calls'> {
  const closed = said.findLast((one) => one.said === 'closed');
  return {
    killed: said.flatMap((one) => (one.said === 'killed' ? [one.point] : [])),
    commits: closed?.said === 'closed' ? closed.commits : 0,
    calls: closed?.said === 'closed' ? closed.calls : 0,
  };
}
