/** What people answered: to the run itself, and to those before it. */
import type { RunBrief } from '#core/run/protocol.ts';
import type { Run } from '#core/run/run.ts';
import type { View } from '#core/store.ts';

/** Answers to the questions that the run asked by the tool `ask`, in order. */
export async function answersOf(view: View, run: Run): Promise<RunBrief['answers']> {
  const questions = await view.notes.questions({ runId: run.id });
  const discoveries = await view.discoveries.list(run.ticketId);
  // The answer to a clarification is the answer to its report, not to a question of the tool `ask`.
  const own = new Set(
    discoveries.flatMap(({ decision }) => (decision.status === 'asked' ? [decision.questionId] : [])),
  );
  return questions.flatMap(({ id, text, answer }) =>
    answer && !own.has(id) ? [{ question: text, answer: answer.text }] : [],
  );
}

/** Newest answers that are told; a ticket about which more was asked needs other requirements. */
const shownAnswers = 20;

/**
 * What people answered to other runs while the ticket is built: it decides what is wanted, for a verifier as for the next
 * builder. What was asked before, the documents say.
 */
export async function decidedBefore(view: View, run: Run): Promise<RunBrief['decided']> {
  if (run.kind === 'check' || run.phase !== 'execution') return [];
  const questions = (await view.notes.questions({ ticketId: run.ticketId })).filter(
    ({ answer, runId }) => answer !== null && runId !== run.id,
  );
  if (questions.length === 0) return [];
  const asking = await view.runs.list({ ticketId: run.ticketId });
  const building = new Set(asking.flatMap(({ id, phase }) => (phase === 'execution' ? [id] : [])));
  return questions
    .flatMap(({ runId, text, answer }) =>
      answer && building.has(runId) ? [{ question: text, answer: answer.text }] : [],
    )
    .slice(-shownAnswers);
}
