/**
 * The road of a ticket with everything real but sandboxes and git: store, interpreter, state machines, steps, effects
 * and dispatcher. A scripted sandbox answers each run by writing what the gateway would write.
 */
import { z } from 'zod';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { memoryAgents } from '#adapters/memory/agents.ts';
import { eventOf } from '#core/events/event.ts';
import type { Mirrored, Published } from '#core/forge/ports.ts';
import { decideGate, subjectOf } from '#core/gate/gate.ts';
import type { TicketId } from '#core/id.ts';
import { defaultGates, NetworkPolicy, type Project } from '#core/project/project.ts';
import type { Sandboxes } from '#core/run/ports.ts';
import { aboutRun, decideRun, type HoldReason, type Run, type RunOutcome } from '#core/run/run.ts';
import { contentHash, documentSchemas, upstreamOfKind } from '#core/spec/document.ts';
import type { Store } from '#core/store.ts';
import { branchName, DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import type { CheckResult } from '#core/verify/check.ts';
import type { PropertyTests } from '#core/verify/properties/independent.ts';
import { createDispatcher, notifying } from '#functions/effects/dispatch.ts';
import { createEffects, type Effects } from '#functions/effects/effects.ts';
import { createRunKeeper } from '#functions/reconcile/runs.ts';
import { createSteps } from '#functions/steps/steps.ts';
import { readMachines } from '#local/statemachines.ts';
import { createStates } from '#local/states/interpreter.ts';
import { localWorkflow } from '#local/workflow.ts';
import { until } from '#test/local/states/host.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';

export const author = { name: 'OmoiOS', email: 'omoi@example.com' };
export const base = 'b'.repeat(40);

/** A commit id that is easy to tell apart. */
export const sha = (text: string) => sha256(text).slice(0, 40);

/** What a scripted run does: a document, work, a check's result, an end, a hold, or nothing at all. */
export type Act =
  | { readonly document: unknown }
  | {
      readonly work: string;
      readonly blind?: boolean;
      readonly interpretation?: string;
      readonly command?: string;
      readonly unchanged?: true;
    }
  | { readonly tests: Omit<PropertyTests, 'tip' | 'bundle'> }
  | { readonly check: CheckResult }
  | { readonly end: RunOutcome & { readonly type: 'failed' | 'diagnosis' } }
  | { readonly hold: HoldReason }
  | 'silent';

export type Script = (run: Run, key: string | null) => Act | Promise<Act>;

const command = (name: 'setup' | 'test', line: string, exitCode: number, failures: string[] = []) => ({
  name,
  command: line,
  exitCode,
  timedOut: false,
  durationMs: 10,
  tests:
    name === 'test'
      ? { framework: 'node:test' as const, run: 3, failed: failures.length, skipped: 0, failures }
      : null,
  excerpt: failures.join('\n'),
  log: { blob: 'runs/x/1/log-test', digest: sha256('log'), bytes: 3 },
  cached: false,
});

/** Whether a check has this work to merge. */
export const merges = (run: Run, work: string) =>
  run.check?.works.some(({ merge }) => merge.tip === sha(work)) === true;

/** A check whose test command ended with this code. */
export function checked(run: Run, exitCode = 0, failures: string[] = []): Act {
  let commit: string = run.check?.head ?? base;
  const works = (run.check?.works ?? []).map(({ taskId, merge }) => {
    // Work that says so changes nothing where it may stand.
    const same = merge.stands === true && merge.message.includes('stands as it is');
    if (!same) commit = sha(`${commit} ${merge.tip}`);
    return { taskId, commit, changed: same ? [] : ['src/a.ts'], lines: [] };
  });
  return {
    check: {
      type: 'checked',
      commit,
      tree: sha('tree'),
      bundle: commit === run.check?.head ? null : `runs/${run.id}/1/merge-result`,
      works,
      refused: [],
      commands: [command('setup', 'npm ci', 0), command('test', 'npm test', exitCode, failures)],
      proof: {
        named: (run.check?.proof?.claims ?? []).map(({ names, ...claim }) => ({
          ...claim,
          tests: names.map((name) => ({ name, outcome: 'passed' })),
        })),
        ...{ tamper: [], mutations: [], sandbox: 'a test' },
      },
    },
  };
}

/** A check whose works all conflict in this file, with the head itself. */
export function conflicting(run: Run, file: string): Act {
  const refused = (run.check?.works ?? []).map(({ taskId }) => ({
    ...{ reason: 'conflict' as const, taskId, files: [file], detail: `CONFLICT in ${file}` },
    ...{ places: [{ path: file, kind: 'content' as const, ours: 'this', theirs: 'that' }], onHead: true },
  }));
  return { check: { type: 'unmerged', refused } };
}

/** A store and a database that several tests share, each with its own ticket and its own world. */
export async function openRoad() {
  const opened = await openTestStore();
  return { ...opened, world: (script: Script, options: Options = {}) => openWorld(opened, script, options) };
}

type Steps = (input: unknown) => Promise<unknown>;

export interface Options {
  /** The ticket of a host that died, to go on with; a new one unless told. */
  readonly of?: Awaited<ReturnType<typeof newTicket>>;
  readonly project?: Partial<Project>;
  readonly ticket?: Partial<Ticket>;
  /** Where the default branch is whenever the forge is asked. */
  readonly upstream?: () => string;
  /** What the forge says instead of doing a step, of this branch. */
  readonly refuse?: (step: string, branch: string | null) => Error | null;
  /** What it answers besides to who copies a branch. */
  readonly mirrored?: () => Partial<Mirrored>;
  /** Policies that there are networks for, whenever it is asked; all unless told. */
  readonly networks?: () => readonly NetworkPolicy[];
  /** What state machines call in place of the steps. */
  readonly called?: (steps: Steps) => Steps;
  /** The pull request that the forge has; none unless told. */
  readonly pull?: Partial<Published> & Pick<Published, 'number' | 'url'>;
}

const clock = () => new Date().toISOString();

/** What one host is, from its start to its end or death. */
export async function openWorld(
  { store: bare, database }: Pick<TestStore, 'store' | 'database'>,
  script: Script,
  options: Options,
) {
  const log: string[] = [];
  const launched: { runId: string; attempt: number; role: string; round: number }[] = [];
  const stopped: string[] = [];
  const children = new Set<string>();
  let notify = () => {};
  const store = notifying(bare, () => notify());
  const steps = createSteps({ store, clock, newId, digest: sha256, author, blobs: { put: async () => {} } });
  const asked = z.looseObject({ step: z.string(), repo: z.string(), branch: z.string().nullable() });
  const forge = async (input: unknown) => {
    const { step, repo, branch } = asked.parse(input);
    const refusal = options.refuse?.(step, branch);
    if (refusal) throw refusal;
    return step === 'forge.mirror'
      ? {
          repo,
          defaultBranch: branch ?? 'main',
          ...{ renamedFrom: null, ...options.mirrored?.() },
          commit: options.upstream?.() ?? base,
          bundle: 'projects/p/base/x.bundle',
        }
      : { branch: ticket.branch, pull: options.pull ?? null };
  };
  const states = createStates({
    db: database,
    functions: { steps: options.called?.(steps) ?? steps, forge },
    machines: await readMachines(),
    clock: { now: Date.now, after: timer },
    newToken: () => `token-${newId('event')}`,
    random: () => 0,
    log: (level, message, data) => level === 'info' || log.push(`${message} ${JSON.stringify(data)}`),
  });
  const sandboxes: Sandboxes = {
    get networks() {
      return options.networks?.() ?? NetworkPolicy.options;
    },
    async launch({ runId, attempt }) {
      const run = await bare.view.runs.get(runId);
      if (run) {
        launched.push({ runId, attempt, role: run.role, round: run.round });
        void play(store, run, script);
      }
      children.add(`${runId}/${attempt}`);
      return `${runId}/${attempt}`;
    },
    // Those of a host that died went with it.
    status: async (handle) => (stopped.includes(handle) || !children.has(handle) ? 'gone' : 'running'),
    stop: async (handle) => void stopped.push(handle),
  };
  const agents = memoryAgents();
  const effects: Effects = createEffects({
    ...{ store, agents },
    workflow: localWorkflow(states),
    sandboxes,
    steps,
    tokens: { sign: async ({ runId }) => `jwt-${runId}` },
    gatewayUrl: () => 'http://gateway',
    clock,
    log: (message, data) => log.push(`${message} ${JSON.stringify(data)}`),
  });
  const keeper = createRunKeeper({
    ...{ store, sandboxes, agents, steps, clock },
    log: (message, data) => log.push(`${message} ${JSON.stringify(data)}`),
  });
  const dispatcher = createDispatcher({
    store: bare,
    handle: effects.handle,
    clock,
    log: (message, data) => log.push(`${message} ${JSON.stringify(data)}`),
  });
  notify = () => dispatcher.notify();
  const { ticket, submit } = options.of ?? (await newTicket(store, options));
  const read = async () => {
    const now = await bare.view.tickets.get(ticket.id);
    if (!now) throw new Error('the ticket is gone');
    return now;
  };
  return {
    ...{ store, steps, states, effects, keeper, dispatcher, log, launched, stopped, ticket, submit, read },
    /** Waits for the ticket to reach a status, and says why it did not. */
    reach: async (...status: Ticket['status'][]) => {
      await until(async () => status.includes((await read()).status));
      return read();
    },
    /** Takes up what a host that died left. */
    start: async () => {
      await states.recover();
      await keeper.look();
      dispatcher.notify();
    },
    decide: (phase: DocumentPhase, comment?: string) => decide(store, ticket.id, phase, comment),
    events: async () =>
      (await bare.view.outbox.list({ ticketId: ticket.id, after: 0, limit: 1000 })).map(({ type }) => type),
    close: async () => {
      await dispatcher.stop();
      await states.close();
    },
  };
}

function timer(ms: number, call: () => void): () => void {
  const timeout = setTimeout(call, ms);
  return () => clearTimeout(timeout);
}

/** Does what the gateway does when the sandbox of this run speaks. */
async function play(store: Store, { id }: Run, script: Script): Promise<void> {
  const found = await store.view.runs.get(id);
  if (!found) return;
  const task = found.taskId === null ? null : await store.view.tasks.get(found.taskId);
  const act = await script(found, task?.key ?? null);
  if (act === 'silent') return;
  for (let done = false; !done; ) {
    done = await store
      .transaction((tx) => speak(tx, found, act))
      .then(
        () => true,
        (error: unknown) => {
          // The launch is noted at the same time; whoever reads again wins.
          if (error instanceof Error && error.name === 'VersionConflict') return false;
          throw error;
        },
      );
  }
}

async function speak(
  tx: Parameters<Parameters<Store['transaction']>[0]>[0],
  { id, attempt }: Run,
  act: Exclude<Act, 'silent'>,
) {
  const at = clock();
  const run = await tx.runs.get(id);
  const ticket = run && (await tx.tickets.get(run.ticketId));
  if (!run || !ticket || run.attempt !== attempt || run.state.status === 'ended') return;
  const telling = { newId, at, projectId: ticket.projectId, ticketId: ticket.id, actor: `run:${id}` };
  const about = aboutRun(run);
  if ('hold' in act) {
    await tx.runs.update(decideRun(run, { type: 'hold', reason: act.hold }, at));
    const held = { ...about, reason: act.hold, token: run.token };
    if (act.hold === 'question') {
      const asked = { id: newId('question'), runId: id, ticketId: ticket.id, text: 'Which?', options: [] };
      await tx.notes.insertQuestion({ ...asked, answer: null, askedAt: at });
    }
    return tx.outbox.append([eventOf(telling, id, 'run.held.v1', held)]);
  }
  const outcome = await outcomeOf(tx, run, ticket, act, at);
  await tx.runs.update(decideRun(run, { type: 'end', outcome }, at));
  const failed = outcome.type === 'failed';
  const ended = {
    ...{ ...about, outcome: outcome.type, token: run.token },
    reason: failed ? outcome.reason : ('submitted' as const),
    message: failed ? outcome.message : '',
  };
  await tx.outbox.append([eventOf(telling, id, 'run.ended.v1', ended)]);
}

async function outcomeOf(
  tx: Parameters<Parameters<Store['transaction']>[0]>[0],
  run: Run,
  ticket: Ticket,
  act: Exclude<Act, 'silent' | { hold: unknown }>,
  at: string,
): Promise<RunOutcome> {
  if ('end' in act) return act.end;
  if ('check' in act) return { type: 'check', result: act.check };
  if ('tests' in act)
    return { type: 'tests', tests: { ...act.tests, tip: sha(run.id), bundle: `runs/${run.id}/1/work-tip` } };
  if ('work' in act) {
    const task = run.taskId === null ? null : await tx.tasks.get(run.taskId);
    const submission = {
      tip: sha(act.work),
      bundle: `runs/${run.id}/1/work-tip`,
      summary: act.work,
      ...(act.unchanged && { unchanged: act.unchanged }),
      claims: (task?.criteria ?? []).map((criterion) => ({
        criterion,
        how: `the test "${criterion} holds"`,
        ...(act.interpretation === undefined ? {} : { interpretation: act.interpretation }),
        ...(act.command === undefined ? {} : { command: act.command }),
      })),
    };
    const blind = { tip: sha(`${act.work} blind`), bundle: `runs/${run.id}/1/work-blind` };
    return { type: 'work', submission: act.blind ? { ...submission, blind } : submission };
  }
  const kind = kindOfPhase[DocumentPhase.parse(run.phase)];
  const body = documentSchemas[kind].parse(act.document);
  const latest = await tx.documents.latest(ticket.id, kind);
  const upstream = Object.fromEntries(
    upstreamOfKind[kind].flatMap((above) =>
      ticket.approved[above] ? [[above, ticket.approved[above].hash]] : [],
    ),
  );
  const row = {
    ...{ id: newId('document'), ticketId: ticket.id, kind, version: (latest?.version ?? 0) + 1 },
    ...{ hash: contentHash(body, sha256), body, upstream, runId: run.id, createdAt: at },
  };
  await tx.documents.insert(row);
  return { type: 'document', documentId: row.id };
}

async function decide(
  store: Store,
  ticketId: TicketId,
  phase: DocumentPhase,
  comment?: string,
): Promise<void> {
  const gate = await until(async () =>
    (await store.view.gates.list(ticketId)).find((one) => one.phase === phase && one.state.status === 'open'),
  );
  const at = clock();
  const hash = gate.documentHash;
  const state =
    comment === undefined
      ? decideGate(gate, { type: 'approve', by: 'ada', hash, comment: null, ceremony: null }, at)
      : decideGate(gate, { type: 'reject', by: 'ada', hash, comment }, at);
  await store.transaction(async (tx) => {
    const ticket = await tx.tickets.get(ticketId);
    if (!ticket) return;
    await tx.gates.update({ ...gate, state });
    const telling = { newId, at, projectId: ticket.projectId, ticketId, actor: 'ada' };
    await tx.outbox.append([
      eventOf(telling, gate.id, 'gate.decided.v1', {
        ...{ gateId: gate.id, phase, by: 'ada', token: gate.token, comment: comment ?? null },
        about: subjectOf(gate),
        decision: comment === undefined ? 'approved' : 'rejected',
      }),
    ]);
  });
}

async function newTicket(store: Store, { project: policy, ticket: given }: Options) {
  const at = clock();
  const project: Project = {
    id: newId('project'),
    name: 'shop',
    repo: `/repos/${newId('event')}`,
    defaultBranch: null,
    commands: {},
    gates: defaultGates,
    ceremony: 'auto',
    budgetMicros: 5_000_000,
    draft: 'unproven',
    independent: 'properties',
    network: 'registries',
    protectedPaths: [],
    parallelTasks: 4,
    parallelProject: 16,
    trouble: null,
    version: 0,
    createdAt: at,
    ...policy,
  };
  const { id, number } = await store.transaction(async (tx) => {
    await tx.projects.insert(project);
    return { id: newId('ticket'), number: await tx.tickets.nextNumber() };
  });
  const title = 'Coupons in the cart';
  const ticket: Ticket = {
    ...{ id, number, title, projectId: project.id, branch: branchName(number, title) },
    description: 'A shopper enters a coupon code and the total goes down.',
    phase: 'explore',
    status: 'running',
    waitingFor: null,
    ceremony: null,
    gates: project.gates,
    tainted: false,
    ...{ baseCommit: null, headCommit: null, baseBundle: null, branchBundle: null, commands: null },
    verification: 'unknown',
    nameless: false,
    approved: {},
    ...{
      reason: null,
      executionToken: null,
      hold: null,
      source: null,
      reopened: 0,
      version: 0,
      createdAt: at,
      updatedAt: at,
    },
    ...given,
  };
  const submit = () =>
    store.transaction(async (tx) => {
      await tx.tickets.insert(ticket);
      await tx.ledger.open(id, project.budgetMicros);
      const telling = { newId, at, projectId: project.id, ticketId: id, actor: 'ada' };
      await tx.outbox.append([eventOf(telling, id, 'ticket.submitted.v1', { number, title })]);
    });
  return { ticket, submit };
}
