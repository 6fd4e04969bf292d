/** A host in this process on a data folder of its own, with everything real but the model's words. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from '#adapters/postgres/client.ts';
import { type Client, createClient } from '#cli/client.ts';
import { pastEvents } from '#cli/follow.ts';
import type { CallContext, ModelUpstream } from '#core/agent/upstream.ts';
import type { RouteBody } from '#core/api/routes.ts';
import type { EventView, ProjectView, RunView, TicketView } from '#core/api/views.ts';
import type { HostConfig } from '#local/config.ts';
import { openHost } from '#local/host.ts';
import { type Script, type ScriptedModel, scriptedModel } from './script.ts';

/** Where the build lies; the tests run what people run. */
export const distDir = fileURLToPath(new URL('../../dist', import.meta.url));

/** A folder that is gone after the tests. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'omoi-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

export interface TestHost {
  readonly url: string;
  readonly client: Client;
  readonly model: ScriptedModel;
  readonly database: Database;
  /** Warnings and errors of the host. */
  readonly complaints: string[];
  close(): Promise<void>;
  /** Connects a repository: the change is direct, its test is `node --test`, no gate stops it, unless told otherwise. */
  connect(repo: string, policy?: Partial<RouteBody<'connectProject'>>): Promise<ProjectView>;
  /** Submits a ticket that this script plays. */
  submit(
    project: ProjectView,
    title: string,
    script?: Script,
    more?: Partial<RouteBody<'submitTicket'>>,
  ): Promise<TicketView>;
  ticket(id: string): Promise<TicketView>;
  /** The ticket as soon as it is so. A ticket that ends otherwise is an error that says why. */
  until(id: string, holds: (ticket: TicketView) => boolean | Promise<boolean>): Promise<TicketView>;
  /** The ticket when it is over. */
  over(id: string): Promise<TicketView>;
  runs(id: string): Promise<RunView[]>;
  events(id: string): Promise<EventView[]>;
}

/**
 * Opens one; `config` lays over what a person gets who types `omoi start`. What a replayed model says waits for `before`,
 * so that a test can look at what goes on meanwhile.
 */
export async function openTestHost(
  dataDir: string,
  config: Partial<HostConfig> = {},
  before: (context: CallContext) => Promise<void> = async () => {},
): Promise<TestHost> {
  await access(join(distDir, 'agent.mjs'));
  const model = scriptedModel();
  const complaints: string[] = [];
  let database: Database | undefined;
  const host = await openHost(
    { ...defaults, dataDir, ...config },
    (level, message, data) => {
      if (level !== 'info') complaints.push(`${message} ${JSON.stringify(data ?? {})}`);
    },
    {
      database: (opened) => {
        database = opened;
        return opened;
      },
      upstream: (chosen) => (chosen.replayed ? holding(chosen, before) : model.upstream),
    },
  );
  if (!database) throw new Error('the host opened no database');
  const client = createClient(host.url);
  return { url: host.url, client, model, database, complaints, close: host.close, ...person(client, model) };
}

const holding = (
  upstream: ModelUpstream,
  before: (context: CallContext) => Promise<void>,
): ModelUpstream => ({
  ...upstream,
  send: async (request) => {
    await before(request.context);
    return await upstream.send(request);
  },
});

const defaults: Omit<HostConfig, 'dataDir'> = {
  port: 0,
  anthropic: { baseUrl: 'http://127.0.0.1:9' },
  model: 'claude-sonnet-5-5',
  tools: [],
  path: '',
  distDir,
  person: 'ada',
  version: '0.0.0-test',
};

/** Looks again after this long. */
const lookMs = 50;
/** Ends only a test that would hang. */
const hangMs = 480_000;

const isOver = ({ status }: TicketView) => ['completed', 'failed', 'cancelled'].includes(status);

function person(client: Client, model: ScriptedModel) {
  const ticket = (id: string) => client.call('getTicket', { params: { ticket: id } });
  const reach = async (id: string, holds: (one: TicketView) => boolean | Promise<boolean>, last: boolean) => {
    const end = Date.now() + hangMs;
    for (;;) {
      const one = await ticket(id);
      if (await holds(one)) return one;
      if (isOver(one) && !last) throw new Error(`${one.name} is ${one.status}: ${one.reason}`);
      if (Date.now() > end) throw new Error(`${one.name} is still ${one.status} in ${one.phase}`);
      await sleep(lookMs);
    }
  };
  const off = { explore: 'off', requirements: 'off', design: 'off', tasks: 'off' } as const;
  return {
    ticket,
    connect: (repo: string, policy: Partial<RouteBody<'connectProject'>> = {}) =>
      client.call('connectProject', {
        body: {
          name: 'greeter',
          repo,
          ceremony: 'direct',
          gates: off,
          commands: { test: 'node --test' },
          ...policy,
        },
      }),
    submit: (
      project: ProjectView,
      title: string,
      script: Script = () => null,
      more: Partial<RouteBody<'submitTicket'>> = {},
    ) => {
      model.play(title, script);
      return client.call('submitTicket', { body: { projectId: project.id, title, ...more } });
    },
    until: (id: string, holds: (one: TicketView) => boolean | Promise<boolean>) => reach(id, holds, false),
    over: (id: string) => reach(id, isOver, true),
    runs: async (id: string) => (await client.call('listRuns', { params: { ticket: id } })).items,
    events: (id: string) => pastEvents(client, { ticket: id, after: 0 }),
  };
}
