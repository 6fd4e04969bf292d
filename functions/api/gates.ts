/** Gates and questions: where a person decides or answers, and the ticket goes on. */
import { decideGate, type Gate, type GateCommand } from '#core/gate/gate.ts';
import { GateId, QuestionId } from '#core/id.ts';
import type { Tx } from '#core/store.ts';
import { decideTicket, evolveTicket } from '#core/ticket/decide.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { type ApiDeps, type Call, type Handlers, tell } from './request.ts';
import { gateView, questionView } from './views.ts';

type GateRoutes =
  | 'listOpenGates'
  | 'listGates'
  | 'approveGate'
  | 'rejectGate'
  | 'listQuestions'
  | 'answerQuestion';

/** The ticket moves on when nothing else waits for a person. */
async function proceed(tx: Tx, ticket: Ticket, at: string): Promise<void> {
  const gates = (await tx.gates.list(ticket.id)).some(({ state }) => state.status === 'open');
  const questions = (await tx.notes.questions({ ticketId: ticket.id })).some(({ answer }) => answer === null);
  if (gates || questions || ticket.waitingFor === 'budget') return;
  const facts = decideTicket(ticket, { type: 'proceed' });
  if (facts.length > 0)
    await tx.tickets.update(facts.reduce((state, fact) => evolveTicket(state, fact, at), ticket));
}

async function decide(tx: Tx, call: Call<'approveGate' | 'rejectGate'>, deps: ApiDeps, command: GateCommand) {
  const gate: Gate = found(await tx.gates.get(GateId.parse(call.params.id)), 'There is no such gate.');
  const state = decideGate(gate, command, call.at);
  const decided = await tx.gates.update({ ...gate, state });
  const ticket = await findTicket(tx, gate.ticketId);
  await proceed(tx, ticket, call.at);
  await tell(
    tx,
    deps,
    call,
    { projectId: ticket.projectId, ticketId: ticket.id },
    gate.id,
    'gate.decided.v1',
    {
      gateId: gate.id,
      phase: gate.phase,
      decision: command.type === 'approve' ? 'approved' : 'rejected',
      by: call.actor,
      comment: 'comment' in command ? command.comment : null,
      token: gate.token,
    },
  );
  return gateView(decided);
}

export const gateHandlers: Handlers<GateRoutes> = {
  async listOpenGates(_call, { store }) {
    return { items: (await store.view.gates.open()).map(gateView) };
  },

  async listGates({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    return { items: (await store.view.gates.list(ticket.id)).map(gateView) };
  },

  approveGate: (call, deps) =>
    call.transact((tx) =>
      decide(tx, call, deps, {
        type: 'approve',
        by: call.actor,
        hash: call.body.hash,
        comment: call.body.comment ?? null,
        ceremony: call.body.ceremony ?? null,
      }),
    ),

  rejectGate: (call, deps) =>
    call.transact((tx) =>
      decide(tx, call, deps, {
        type: 'reject',
        by: call.actor,
        hash: call.body.hash,
        comment: call.body.comment,
      }),
    ),

  async listQuestions({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    return { items: (await store.view.notes.questions({ ticketId: ticket.id })).map(questionView) };
  },

  answerQuestion: (call, deps) =>
    call.transact(async (tx) => {
      const question = found(
        await tx.notes.getQuestion(QuestionId.parse(call.params.id)),
        'There is no such question.',
      );
      const answer = { text: call.body.text, by: call.actor, at: call.at };
      await tx.notes.answerQuestion(question.id, answer);
      const ticket = await findTicket(tx, question.ticketId);
      await proceed(tx, ticket, call.at);
      const run = await tx.runs.get(question.runId);
      const tokens =
        run?.state.status === 'held' && run.state.reason === 'question' && run.token ? [run.token] : [];
      const scope = { projectId: ticket.projectId, ticketId: ticket.id };
      const told = { questionId: question.id, runId: question.runId, by: call.actor, tokens };
      await tell(tx, deps, call, scope, question.id, 'question.answered.v1', told);
      return questionView({ ...question, answer });
    }),
};
