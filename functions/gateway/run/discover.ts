/**
 * Findings of an agent: decided at once, and everything that follows written in the same transaction, so that a crash
 * leaves either nothing of it or all. What happens outside the store hangs on the events.
 */
import type { Hono } from 'hono';
import {
  decideFinding,
  depthOf,
  discoveredCost,
  type Situation,
  type Verdict,
} from '#core/discovery/decide.ts';
import { type Decision, type Discovery, Finding, FoundWork, textOf } from '#core/discovery/discovery.ts';
import { brokenRules, withFound } from '#core/discovery/propose.ts';
import { finder, taskOfFinding } from '#core/discovery/work.ts';
import { IllegalTransition } from '#core/errors.ts';
import type { TaskId, TicketId } from '#core/id.ts';
import type { Embedder } from '#core/memory/ports.ts';
import type { DiscoveryReply } from '#core/run/protocol.ts';
import { Requirements } from '#core/spec/requirements.ts';
import type { View } from '#core/store.ts';
import { decideTask, type Task, type TaskKey, waitsFor } from '#core/task/task.ts';
import { remaining } from '#core/ticket/decide.ts';
import { isOver } from '#core/ticket/ticket.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { read, storable } from '../request.ts';
import { holdRun, type Scene, ticketOf, write } from '../write.ts';

/** `POST /v1/run/discoveries`. */
export function mountDiscover(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  app.post('/v1/run/discoveries', async (context) => {
    const { claims, body, key, text } = await read(context, Finding);
    storable(body.detail);
    const compare = comparing(deps.embed);
    // Before the transaction: an embedding model may be a network away. What is new by then is compared within.
    const run = await deps.store.view.runs.get(claims.runId);
    if (run) await twinsOf(deps.store.view, (await ticketOf(deps.store.view, run)).id, body, compare);
    const options = { kind: 'agent', once: { verb: 'discovery', key, text } } as const;
    return context.json(await write(deps, claims, options, (scene) => discover(deps, scene, body, compare)));
  });
}

type Compare = (a: string, b: string) => Promise<number>;

/** Cosine of two texts' embeddings; each text is embedded once. */
function comparing(embed: Embedder): Compare {
  const vectors = new Map<string, Promise<readonly number[]>>();
  const vectorOf = (text: string) => {
    const vector = vectors.get(text) ?? embed.embed(text);
    vectors.set(text, vector);
    return vector;
  };
  return async (a, b) => {
    const [left, right] = await Promise.all([vectorOf(a), vectorOf(b)]);
    return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  };
}

/** Everything of the ticket that the finding may repeat. A discovered task is compared by its discovery. */
async function twinsOf(
  view: Pick<View, 'tasks' | 'discoveries'>,
  ticketId: TicketId,
  finding: Finding,
  compare: Compare,
): Promise<Pick<Situation, 'tasks' | 'discoveries' | 'twins'>> {
  const [tasks, discoveries] = [await view.tasks.list(ticketId), await view.discoveries.list(ticketId)];
  const text = textOf(finding);
  const planned = tasks.filter(({ origin }) => origin === 'plan' || origin === 'revision');
  const twins = await Promise.all([
    ...planned.map(async (task) => ({
      task,
      likeness: await compare(text, textOf({ title: task.title, detail: task.goal })),
    })),
    ...discoveries.map(async (discovery) => ({
      discovery,
      likeness: await compare(text, textOf(discovery)),
    })),
  ]);
  return { tasks, discoveries, twins };
}

async function discover(
  deps: GatewayDeps,
  scene: Scene,
  finding: Finding,
  compare: Compare,
): Promise<DiscoveryReply> {
  const { tx, run, ticket } = scene;
  if (isOver(ticket.status))
    throw new IllegalTransition(`The ticket is ${ticket.status}.`, { ticketId: ticket.id });
  const known = await twinsOf(tx, ticket.id, finding, compare);
  const earlier = known.discoveries.find((one) => one.runId === run.id && sameWords(one, finding));
  const source = known.tasks.find(({ id }) => id === run.taskId) ?? null;
  if (earlier) return again(scene, earlier, source, known.tasks);
  const balance = await tx.ledger.balance(ticket.id);
  const discovered = discoveredCost(known.tasks, known.discoveries, await spentByTask(tx, ticket.id));
  const verdict = decideFinding(finding, {
    ...known,
    source,
    money: { limit: balance.limit, left: remaining(balance), discovered },
    tainted: ticket.tainted,
  });
  const clear = verdict.type === 'change' ? await asChange(scene, finding) : verdict;
  if (clear.type === 'unclear') return reply(false, clear.message);
  const depth = source === null ? 0 : depthOf(source, known.discoveries) + 1;
  return record(deps, scene, { finding, verdict: clear, source, depth, tasks: known.tasks });
}

const reply = (accepted: boolean, message: string, hold: DiscoveryReply['hold'] = null): DiscoveryReply => ({
  accepted,
  message,
  hold,
});

const sameWords = (one: Discovery, { kind, title, detail }: Finding) =>
  one.kind === kind && one.title === title && one.detail === detail;

async function spentByTask(tx: Scene['tx'], ticketId: TicketId): Promise<ReadonlyMap<TaskId, number>> {
  const spent = await tx.ledger.spentByRun(ticketId);
  const sums = new Map<TaskId, number>();
  for (const { id, taskId } of await tx.runs.list({ ticketId }))
    if (taskId !== null) sums.set(taskId, (sums.get(taskId) ?? 0) + (spent.get(id) ?? 0));
  return sums;
}

/** A new requirement is judged by the rules of its document while its finder can still mend it. */
async function asChange({ tx, ticket }: Scene, finding: Finding): Promise<Verdict> {
  const approved = ticket.approved.requirements;
  const row = approved ? await tx.documents.get(approved.documentId) : null;
  if (!row) return { type: 'unclear', message: 'There are no approved requirements to add to.' };
  const before = Requirements.parse(row.body);
  const broken = brokenRules(ticket, before, withFound(before, finding).after);
  return broken.length === 0
    ? { type: 'change' }
    : { type: 'unclear', message: `The sentence breaks a rule: ${broken.join('; ')}.` };
}

interface Found {
  readonly finding: Finding;
  readonly verdict: Exclude<Verdict, { type: 'unclear' }>;
  readonly source: Task | null;
  readonly depth: number;
  readonly tasks: readonly Task[];
}

/** Writes the discovery with what follows from it, and tells. */
async function record(deps: GatewayDeps, scene: Scene, found: Found): Promise<DiscoveryReply> {
  const { tx, run, at, emit } = scene;
  const { finding, source, depth } = found;
  const { kind, title, detail, blocking } = finding;
  const id = deps.newId('discovery');
  const decision = await follow(deps, scene, id, found);
  const parent = source?.key ?? null;
  const about = { id, ticketId: run.ticketId, runId: run.id, parent, depth, at };
  await tx.discoveries.insert({
    ...about,
    kind,
    title,
    detail,
    blocking,
    work: FoundWork.parse(finding),
    decision,
    overruled: null,
  });
  await emit('discovery.recorded.v1', { discoveryId: id, runId: run.id, kind, title });
  const { status, message } = decision;
  if (status === 'accepted') {
    const { taskKey: key, joined } = decision;
    await emit('discovery.accepted.v1', { discoveryId: id, key, joined });
    if (decision.waits && source) await waitFor(scene, source, key);
    return reply(true, message, decision.waits ? 'dependency' : null);
  }
  if (status === 'proposed') await emit('discovery.proposed.v1', { discoveryId: id });
  if (status === 'refused')
    await emit('discovery.refused.v1', { discoveryId: id, guard: decision.guard, reason: message });
  if (status === 'asked') await holdRun(scene, 'question');
  return reply(status !== 'refused', message, status === 'asked' ? 'question' : null);
}

async function follow(deps: GatewayDeps, scene: Scene, id: Discovery['id'], found: Found): Promise<Decision> {
  const { verdict } = found;
  switch (verdict.type) {
    case 'noted':
      return { status: 'noted', message: verdict.message };
    case 'refused':
      return { status: 'refused', guard: verdict.guard, message: verdict.message };
    case 'join': {
      const { key, title } = verdict.task;
      const message = `${key} “${title}” does it already. Your run waits for it.`;
      return { status: 'accepted', taskKey: key, joined: true, waits: true, message };
    }
    case 'task':
      return plant(deps, scene, id, found, verdict);
    case 'change': {
      const message =
        'Proposed as a change of the requirements; a person decides. Go on with your own task as it is.';
      return { status: 'proposed', gateId: null, message };
    }
    case 'question':
      return ask(deps, scene, found.finding);
    default:
      return verdict satisfies never;
  }
}

/** The task that does it; and those that need it wait for it. */
async function plant(
  deps: GatewayDeps,
  { tx, run, at, emit }: Scene,
  origin: Discovery['id'],
  { finding, source, tasks }: Found,
  { key, waits }: Extract<Verdict, { type: 'task' }>,
): Promise<Decision> {
  const by = finder(run.role, source?.key ?? null);
  const work = { id: deps.newId('task'), ticketId: run.ticketId, key, origin, by, at };
  const task = taskOfFinding(finding, work);
  await tx.tasks.insert(task);
  await emit('task.planned.v1', { taskId: task.id, key, title: task.title });
  for (const other of tasks.filter((one) => finding.neededBy.includes(one.key))) {
    // One that was ready is not any more.
    const state: Task['state'] = other.state.status === 'ready' ? { status: 'pending' } : other.state;
    await tx.tasks.update({ ...other, state, dependsOn: [...other.dependsOn, key] });
  }
  const message = waits
    ? `It is ${key} now. Your run waits for it.`
    : `It is ${key} now, and another builder does it. Go on with your own task.`;
  return { status: 'accepted', taskKey: key, joined: false, waits, message };
}

async function ask(
  deps: GatewayDeps,
  { tx, run, at, emit }: Scene,
  { title, detail }: Finding,
): Promise<Decision> {
  const questionId = deps.newId('question');
  const text = detail.trim() === '' ? title : `${title}\n\n${detail}`.slice(0, 4000);
  const question = { id: questionId, runId: run.id, ticketId: run.ticketId, text, options: [], answer: null };
  await tx.notes.insertQuestion({ ...question, askedAt: at });
  await emit('question.asked.v1', { questionId, runId: run.id, text });
  return { status: 'asked', questionId, message: 'A person is asked. Your run waits for the answer.' };
}

/** Its run lets go of its sandbox until that task is settled. */
async function waitFor(scene: Scene, source: Task, key: TaskKey): Promise<void> {
  const { tx, at, emit } = scene;
  await tx.tasks.update(decideTask(source, { type: 'wait', for: key }, at));
  await emit('task.waiting.v1', { taskId: source.id, key: source.key, waitsFor: key });
  await holdRun(scene, 'dependency');
}

/** The same finding once more: of a repeated request, or of the next attempt, which hears what came of it. */
async function again(
  scene: Scene,
  { decision }: Discovery,
  source: Task | null,
  tasks: readonly Task[],
): Promise<DiscoveryReply> {
  if (decision.status === 'asked') {
    const question = await scene.tx.notes.getQuestion(decision.questionId);
    if (question?.answer) return reply(true, `Answer: ${question.answer.text}`);
    await holdRun(scene, 'question');
    return reply(true, decision.message, 'question');
  }
  if (decision.status !== 'accepted' || !decision.waits)
    return reply(decision.status !== 'refused', decision.message);
  const { taskKey } = decision;
  if (source && waitsFor(source) === taskKey) {
    await holdRun(scene, 'dependency');
    return reply(true, decision.message, 'dependency');
  }
  return reply(true, outcomeOf(taskKey, tasks));
}

function outcomeOf(key: TaskKey, tasks: readonly Task[]): string {
  const state = tasks.find((task) => task.key === key)?.state;
  if (state?.status === 'done')
    return `${key} is done, and its result is in your files. Look at what it brought, then go on.`;
  const why = state && 'reason' in state ? `: ${state.reason.slice(0, 1000)}` : '';
  return `${key} is ${state?.status ?? 'gone'}${why}\nGo on without it: hand in what works, and say what is missing.`;
}
