/**
 * Fargate, as far as the emulator has none: it records tasks and starts nothing. Here each recorded task is started as a
 * process of the same harness, told what its container would be told; when the process ends, its task is stopped.
 */
import { join } from 'node:path';
import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { z } from 'zod';
import { createProcessSandboxes } from '#adapters/process/sandboxes.ts';
import { RunId } from '#core/id.ts';
import { root } from './ground.ts';

const Told = z.object({ OMOI_GATEWAY_URL: z.url(), OMOI_RUN_ID: RunId, OMOI_RUN_TOKEN: z.string() });
const Claims = z.object({ attempt: z.number().int() });

export interface Fargate {
  /** How many tasks were started. */
  readonly started: number;
  /** How many recorded tasks asked for a run and attempt that had one. */
  readonly doubled: number;
  /** The last lines that the harnesses wrote. */
  said(): string;
  /** Ends one running sandbox without a word, as a spot interruption would. False when none runs. */
  kill(): Promise<boolean>;
  close(): Promise<void>;
}

/** What the task's container would have in its environment. */
function toldTo(task: Task): z.infer<typeof Told> {
  const given = task.overrides?.containerOverrides?.flatMap(({ environment }) => environment ?? []) ?? [];
  return Told.parse(Object.fromEntries(given.map(({ name, value }) => [name, value])));
}

/** The attempt stands in the token, which nobody but the gateway checks. */
function attemptOf(token: string): number {
  const [, body = ''] = token.split('.');
  return Claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString())).attempt;
}

/** `gatewayUrl` is how the gateway is reached on this machine: the task is told its name at AWS. */
export async function openFargate(
  ecs: ECSClient,
  cluster: string,
  gatewayUrl: string,
  folder: string,
): Promise<Fargate> {
  const arns = new Map<string, string>();
  const known = new Set<string>();
  const lines: string[] = [];
  const counts = { started: 0, doubled: 0 };
  const stopped = async (handle: string) => {
    const task = arns.get(handle);
    arns.delete(handle);
    if (task !== undefined) await ecs.send(new StopTaskCommand({ cluster, task, reason: 'It ended.' }));
  };
  const sandboxes = await createProcessSandboxes({
    agentFile: join(root, 'dist/agent.mjs'),
    root: join(folder, 'sandboxes'),
    onExit: (handle) => void stopped(handle),
    log: (handle, line) => void lines.push(`${handle}: ${line}`),
  });
  const begin = async (task: Task, arn: string) => {
    known.add(arn);
    const { OMOI_RUN_ID: runId, OMOI_RUN_TOKEN: token } = toldTo(task);
    const attempt = attemptOf(token);
    const handle = `${runId}.${attempt}`;
    if (arns.has(handle)) {
      counts.doubled += 1;
      return;
    }
    counts.started += 1;
    arns.set(handle, arn);
    await sandboxes.launch({ runId, attempt, gatewayUrl, token, network: 'registries' });
  };
  const look = async () => {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
    const fresh = taskArns.filter((arn) => !known.has(arn));
    if (fresh.length > 0) {
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: fresh }));
      for (const task of tasks) if (task.taskArn !== undefined) await begin(task, task.taskArn);
    }
    // Whoever stopped a task wants its process to end.
    for (const [handle, arn] of arns) if (!taskArns.includes(arn)) await sandboxes.stop(handle);
  };
  const over = new AbortController();
  const loop = (async () => {
    while (!over.signal.aborted) {
      await look().catch((error: unknown) => void lines.push(`looking for tasks failed: ${String(error)}`));
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  })();
  return {
    get started() {
      return counts.started;
    },
    get doubled() {
      return counts.doubled;
    },
    said: () => lines.slice(-40).join('\n'),
    async kill() {
      const [handle] = arns.keys();
      if (handle === undefined) return false;
      await sandboxes.stop(handle);
      return true;
    },
    async close() {
      over.abort();
      await loop;
      await sandboxes.close();
    },
  };
}

/** Fargate needs half a minute to start a task; nobody should wait for this. */
const lookMs = 200;
