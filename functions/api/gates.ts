/** Gates and questions: where a person decides or answers, and the ticket goes on. */
import { IllegalTransition } from '#core/errors.ts';
import { decideGate, type Gate, type GateCommand, subjectOf } from '#core/gate/gate.ts';
import { GateId, QuestionId } from '#core/id.ts';
import type { Tx } from '#core/store.ts';
import { findTicket, found } from './find.ts';
import { idIn } from './input.ts';
import { type ApiDeps, type Call, type Handlers, tell } from './request.ts';
import { gateView, questionView } from './views.ts';
import { moveOn } from './waiting.ts';

type GateRoutes =
  | 'listOpenGates'
  | 'listGates'
  | 'approveGate'
  | 'rejectGate'
  | 'listQuestions'
  | 'answerQuestion';

async function decide(tx: Tx, call: Call<'approveGate' | 'rejectGate'>, deps: ApiDeps, command: GateCommand) {
  const none = 'There is no such gate.';
  const gate: Gate = found(await tx.gates.get(idIn(GateId, call.params.id, none)), none);
  const state = decideGate(gate, command, call.at);
  const decided = await tx.gates.update({ ...gate, state });
  const ticket = await findTicket(tx, gate.ticketId);
  await moveOn(tx, deps, call, ticket);
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
      about: subjectOf(gate),
      decision: command.type === 'approve' ? 'approved' : 'rejected',
      by: call.actor,
      comment: 'comment' in command ? command.comment : null,
      token: gate.token,
    },
  );
  return gateView(decided);
}

const heardAs = (question: string, answer: string) =>
  `An answer to what you asked, “${question.split('\n', 1)[0]}”: ${answer}`;

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
      const none = 'There is no such question.';
      const question = found(await tx.notes.getQuestion(idIn(QuestionId, call.params.id, none)), none);
      if (question.answer !== null)
        throw new IllegalTransition(
          `${question.answer.by} has answered it already: “${question.answer.text.slice(0, 200)}”. Say more to the agent on the page of its run.`,
          { questionId: question.id },
        );
      // A run that registers its token at this moment does it before, and is answered, or after, and sees for itself.
      await tx.tasks.hold(question.ticketId);
      const run = found(await tx.runs.get(question.runId), none);
      if (run.state.status === 'ended')
        throw new IllegalTransition('The run that asked has ended; it needs no answer.', { runId: run.id });
      const answer = { text: call.body.text, by: call.actor, at: call.at };
      await tx.notes.answerQuestion(question.id, answer);
      const ticket = await findTicket(tx, question.ticketId);
      await moveOn(tx, deps, call, ticket);
      const held = run.state.status === 'held' ? run.state.reason : null;
      const tokens = held === 'question' && run.token ? [run.token] : [];
      // A question that a person accepted while its run went on: it hears the answer as it hears anything.
      if (held === null)
        await tx.notes.steer(run.id, deps.newId('event'), heardAs(question.text, answer.text), call.at);
      const scope = { projectId: ticket.projectId, ticketId: ticket.id };
      const told = { questionId: question.id, runId: question.runId, by: call.actor, tokens };
      await tell(tx, deps, call, scope, question.id, 'question.answered.v1', told);
      return questionView({ ...question, answer });
    }),
};
