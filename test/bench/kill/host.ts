/**
 * A host of its own process, to be killed. It is the ordinary host, except that by its plan it dies by SIGKILL right
 * before or right after its n-th commit, or kills the sandboxes that are at the named turns.
 *
 * stdout: the address as the first line; what was killed; and at a polite end what there was to kill. Each call that
 * reaches the model is a line in the file `calls`, so that it is counted over all lives of the host.
 */
import { appendFileSync, writeSync } from 'node:fs';
import type { ModelUpstream, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import { openBenchHost } from '../road/host.ts';
import { processesFor } from '../road/processes.ts';
import { flatBill } from '../road/upstream.ts';
import { counting } from './commits.ts';
import { Plan, type Said, sampleOf } from './plan.ts';

const plan = Plan.parse(JSON.parse(process.argv[2] ?? ''));

/** Written at once, so that it is said even by a host that dies with its next instruction. */
function say(said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`);
}

let calls = 0;

/** A turn that comes again, in the run that goes on, is left alone. */
const met = new Set<string>();

/** Counts the calls, and kills the sandbox at a turn of the plan: when it has asked, or when it was answered. */
function watched(upstream: ModelUpstream): ModelUpstream {
  return {
    ...upstream,
    send: async (request) => {
      calls += 1;
      const { runId, role, task, round, call } = request.context;
      const place = `${role}${task === null ? '' : `/${task}`}/${round}, turn ${call}`;
      appendFileSync(plan.callsFile, `${runId} ${place}\n`);
      const kill = plan.kills.find(({ what, at }) => what === 'sandbox' && at === place);
      if (kill === undefined || met.has(place)) return upstream.send(request);
      met.add(place);
      if (kill.when === 'before') await killSandbox(request, place);
      const response = await upstream.send(request);
      return kill.when === 'before' ? response : { ...response, body: followed(response, request, place) };
    },
  };
}

/** Long enough for the answer to be journaled, so that its tools are at work. */
const actingMs = 40;

async function* followed(
  response: UpstreamResponse,
  request: UpstreamRequest,
  place: string,
): AsyncGenerator<Uint8Array> {
  yield* response.body;
  setTimeout(() => void killSandbox(request, place), actingMs);
}

async function killSandbox({ context }: UpstreamRequest, place: string): Promise<void> {
  const processes = await processesFor(context.runId);
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // Its parent in the same list took it along.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  say({ said: 'killed', point: `${place} (${processes.length === 0 ? 'gone already' : 'sandbox'})` });
}

const commits = counting((count, wrote, when) => {
  const kill = plan.kills.find(({ what }) => what === 'host');
  if (kill === undefined || kill.when !== when) return;
  if (typeof kill.at === 'string' ? !wrote.includes(kill.at) : kill.at !== count) return;
  say({ said: 'killed', point: wrote });
  process.kill(process.pid, 'SIGKILL');
});

const host = await openBenchHost({
  dataDir: plan.dataDir,
  cassette: sampleOf(plan.language).cassette,
  database: commits.wrap,
  upstream: (upstream) => watched(flatBill(upstream)),
});

say({ said: 'open', url: host.url });
process.once('SIGTERM', () => {
  void host.close().then(() => {
    say({ said: 'closed', commits: commits.count(), calls });
    process.exit(0);
  });
});
// Whoever started it is gone, and nobody listens any more. Ctrl-C comes here, too, and is theirs to act on.
process.on('SIGINT', () => {});
process.stdin.once('end', () => void host.close().then(() => process.exit(0))).resume();
