/** What agents found, with what became of it; and a person's word over a guard's. */
import type { DiscoveryView } from '#core/api/views.ts';
import type { Decision, Discovery, Overruled } from '#core/discovery/discovery.ts';
import { type Grounds, type Overruling, overrule } from '#core/discovery/overrule.ts';
import { brokenRules, withFound } from '#core/discovery/propose.ts';
import { foundBy, taskOfFinding } from '#core/discovery/work.ts';
import { IllegalTransition, VersionConflict } from '#core/errors.ts';
import type { EventData, EventType } from '#core/events/catalogue.ts';
import { DiscoveryId } from '#core/id.ts';
import type { Run } from '#core/run/run.ts';
import type { Tx, View } from '#core/store.ts';
import type { Task } from '#core/task/task.ts';
import { remaining } from '#core/ticket/decide.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { idIn } from './input.ts';
import { type ApiDeps, type Call, type Handlers, tell } from './request.ts';
import { foundIn } from './tasks.ts';
import { requirementsOf } from './views.ts';
import { moveOn } from './waiting.ts';

/** A key that an agent's finding took at the same moment is no reason to bother a person; a third time something is wrong. */
const tries = 3;

export const discoveryHandlers: Handlers<'listDiscoveries' | 'acceptDiscovery'> = {
  async listDiscoveries({ params }, { store: { view } }) {
    const ticket = await findTicket(view, params.ticket ?? '');
    const { discoveries, runs } = await foundIn(view, ticket.id);
    const grounds = await groundsOf(view, ticket);
    return { items: discoveries.map((one) => discoveryView(one, runs, grounds)) };
  },

  async acceptDiscovery(call, deps) {
    for (let left = tries; ; left -= 1) {
      try {
        return await call.transact((tx) => accept(tx, call, deps));
      } catch (error) {
        if (!(error instanceof VersionConflict) || left <= 1) throw error;
      }
    }
  },
};

type Standing = Omit<Grounds, 'atWork'>;

async function groundsOf(view: Pick<View, 'tasks' | 'ledger'>, ticket: Ticket): Promise<Standing> {
  const tasks = await view.tasks.list(ticket.id);
  return { ticket, tasks, left: remaining(await view.ledger.balance(ticket.id)) };
}

/** One person's word on one discovery. */
interface Word {
  readonly tx: Tx;
  readonly ticket: Ticket;
  readonly discovery: Discovery;
  readonly finder: Run | null;
  readonly by: string;
  readonly at: string;
  readonly newId: ApiDeps['newId'];
  readonly say: <T extends EventType>(subject: string, type: T, data: EventData<T>) => Promise<void>;
  /** Writes what it becomes, by compare-and-set. */
  readonly decide: (decision: Decision) => Promise<void>;
}

async function accept(tx: Tx, call: Call<'acceptDiscovery'>, deps: ApiDeps): Promise<DiscoveryView> {
  const none = 'There is no such discovery.';
  const id = idIn(DiscoveryId, call.params.discovery, none);
  const ticket = await findTicket(tx, call.params.ticket ?? '');
  // Two people at once: the second waits here, and reads what the first has done.
  await tx.tasks.hold(ticket.id);
  const { discoveries, runs } = await foundIn(tx, ticket.id);
  const discovery = found(
    discoveries.find((one) => one.id === id),
    none,
  );
  const grounds = await groundsOf(tx, ticket);
  if (discovery.overruled?.by === call.actor) return discoveryView(discovery, runs, grounds);
  mustBeOpen(discovery);
  const finder = runs.find((run) => run.id === discovery.runId) ?? null;
  const verdict = overrule(discovery, { ...grounds, atWork: isLive(finder) });
  if (verdict.type === 'impossible') throw new IllegalTransition(verdict.words, { discoveryId: id });
  const { decision } = discovery;
  const guard = decision.status === 'refused' ? decision.guard : null;
  const overruled: Overruled = { by: call.actor, at: call.at, guard, message: decision.message };
  const scope = { projectId: ticket.projectId, ticketId: ticket.id };
  const word: Word = {
    ...{ tx, ticket, discovery, finder, by: call.actor, at: call.at, newId: deps.newId },
    say: (subject, type, data) => tell(tx, deps, call, scope, subject, type, data),
    decide: (now) => tx.discoveries.overrule(id, decision.status, now, overruled),
  };
  await word.say(id, 'discovery.overruled.v1', { discoveryId: id, guard, by: call.actor });
  // Whoever completes the ticket at this moment has to read again.
  if (verdict.type !== 'question') await tx.tickets.update(ticket);
  await carryOut(word, verdict, grounds.tasks);
  if (verdict.type === 'question') await moveOn(tx, deps, call, ticket);
  const now = (await foundIn(tx, ticket.id)).discoveries.find((one) => one.id === id);
  return discoveryView(found(now, none), runs, await groundsOf(tx, ticket));
}

function mustBeOpen({ id, decision, overruled }: Discovery): void {
  if (overruled !== null)
    throw new IllegalTransition(`${overruled.by} accepted it already. ${decision.message}`, {
      ...{ discoveryId: id, by: overruled.by },
    });
  if (decision.status !== 'refused' && decision.status !== 'noted')
    throw new IllegalTransition(`Nothing has refused it. ${decision.message}`, { discoveryId: id });
}

const isLive = (run: Run | null) => run !== null && run.state.status !== 'ended';

async function carryOut(
  word: Word,
  verdict: Exclude<Overruling, { type: 'impossible' }>,
  tasks: readonly Task[],
): Promise<void> {
  switch (verdict.type) {
    case 'task':
      return plant(word, verdict, tasks);
    case 'change':
      return propose(word);
    case 'question':
      return ask(word);
    default:
      return verdict satisfies never;
  }
}

/** The task that does it; those that need it and have not begun wait for it. */
async function plant(
  word: Word,
  { key, finding }: Extract<Overruling, { type: 'task' }>,
  tasks: readonly Task[],
): Promise<void> {
  const { tx, ticket, discovery, finder, by, at, newId, say } = word;
  const message = `${by} accepted it: it is ${key}, and another builder does it.`;
  await word.decide({ status: 'accepted', taskKey: key, joined: false, waits: false, message });
  const from = foundBy(discovery, finder ? [finder] : []);
  const work = { id: newId('task'), ticketId: ticket.id, key, origin: discovery.id, by: from, at };
  const task = taskOfFinding(finding, work);
  await tx.tasks.insert(task);
  await say(task.id, 'task.planned.v1', { taskId: task.id, key, title: task.title });
  for (const other of tasks.filter((one) => finding.neededBy.includes(one.key))) {
    // One that was ready is not any more.
    const state: Task['state'] = other.state.status === 'ready' ? { status: 'pending' } : other.state;
    await tx.tasks.update({ ...other, state, dependsOn: [...other.dependsOn, key] });
  }
  await say(discovery.id, 'discovery.accepted.v1', { discoveryId: discovery.id, key, joined: false });
  await tellFinder(word, message);
}

/** Through its gate, like any change of the requirements. */
async function propose(word: Word): Promise<void> {
  const { tx, ticket, discovery, by, say } = word;
  const { title, work } = discovery;
  const before = await requirementsOf(tx, ticket);
  const broken = brokenRules(ticket, before, withFound(before, { title, ...work }).after);
  if (broken.length > 0)
    throw new IllegalTransition(`It does not fit the requirements any more: ${broken.join('; ')}.`, {
      discoveryId: discovery.id,
    });
  const message = `${by} accepted it as a change of the requirements, which is decided at its gate.`;
  await word.decide({ status: 'proposed', gateId: null, message });
  await say(discovery.id, 'discovery.proposed.v1', { discoveryId: discovery.id });
  await tellFinder(word, message);
}

async function ask({ tx, ticket, discovery, at, by, newId, say, decide }: Word): Promise<void> {
  const { runId, title, detail } = discovery;
  const questionId = newId('question');
  const message = `${by} accepted it: a person is asked, and its run hears the answer.`;
  await decide({ status: 'asked', questionId, message });
  const text = detail.trim() === '' ? title : `${title}\n\n${detail}`.slice(0, 4000);
  const question = { id: questionId, runId, ticketId: ticket.id, text, options: [], answer: null };
  await tx.notes.insertQuestion({ ...question, askedAt: at });
  await say(questionId, 'question.asked.v1', { questionId, runId, text });
}

/** It was told no, and hears otherwise in its next turn, if it is still at work. */
async function tellFinder({ tx, discovery, finder, at, by, newId, say }: Word, message: string) {
  if (finder === null || !isLive(finder)) return;
  const text = `About what you reported, “${discovery.title}”: ${message} Go on with your own task.`;
  await tx.notes.steer(finder.id, newId('event'), text, at);
  await say(finder.id, 'run.steered.v1', { runId: finder.id, text, by });
}

function discoveryView(discovery: Discovery, runs: readonly Run[], grounds: Standing): DiscoveryView {
  const { id, runId, parent, depth, kind, title, detail, blocking, decision, overruled, at } = discovery;
  return {
    ...{ id, runId, parent, depth, kind, title, detail, blocking, overruled, at },
    foundBy: foundBy(discovery, runs),
    status: decision.status,
    reason: decision.message,
    guard: decision.status === 'refused' ? decision.guard : null,
    taskKey: decision.status === 'accepted' ? decision.taskKey : null,
    gateId: decision.status === 'proposed' ? decision.gateId : null,
    questionId: decision.status === 'asked' ? decision.questionId : null,
    offer: offerOf(discovery, runs, grounds),
  };
}

function offerOf(discovery: Discovery, runs: readonly Run[], grounds: Standing): DiscoveryView['offer'] {
  const { decision, overruled, runId } = discovery;
  if (overruled !== null || (decision.status !== 'refused' && decision.status !== 'noted')) return null;
  const finder = runs.find(({ id }) => id === runId) ?? null;
  const verdict = overrule(discovery, { ...grounds, atWork: isLive(finder) });
  const costMicros = 'costMicros' in verdict ? verdict.costMicros : null;
  return { possible: verdict.type !== 'impossible', words: verdict.words, costMicros };
}
