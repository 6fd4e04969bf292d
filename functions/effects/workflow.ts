/** The consumer `workflow`: answers task tokens, starts and stops executions. All verbs of the port may be called twice. */
import type { LoggedEvent } from '#core/events/catalogue.ts';
import type { TicketId } from '#core/id.ts';
import { hasExecution, taskExecution } from '#core/task/execution.ts';
import type { Task } from '#core/task/task.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import type { EffectDeps } from './deps.ts';

type Deps = Pick<EffectDeps, 'store' | 'workflow' | 'steps'>;

/** Executions of tasks are nobody's children, so they are stopped by name. `kept`: whose newest one is to go on. */
async function stopTasks(
  { store, workflow }: Deps,
  ticketId: TicketId,
  cause: string,
  kept: (task: Task) => boolean = () => false,
): Promise<void> {
  for (const task of await store.view.tasks.list(ticketId)) {
    const generation = task.generation - Number(kept(task));
    if (generation > 0) await workflow.stop(taskExecution({ ...task, generation }), cause);
  }
}

async function stopTicket({ store, workflow }: Deps, id: TicketId): Promise<void> {
  const ticket = await store.view.tickets.get(id);
  await workflow.stop(ticketExecution(ticket ?? { id, reopened: 0 }), 'The ticket was cancelled.');
}

async function releaseAll({ workflow }: Deps, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) await workflow.succeed(token, { status: 'released' });
}

async function ticketEffect(deps: Deps, event: LoggedEvent, ticketId: TicketId): Promise<void> {
  const { workflow } = deps;
  switch (event.type) {
    case 'ticket.submitted.v1':
      return workflow.start('ticket', ticketExecution({ id: ticketId, reopened: 0 }), { ticketId });
    case 'ticket.reworked.v1':
      if (event.data.execution !== null)
        await workflow.start('ticket', event.data.execution, { ticketId, from: 'execution' });
      return;
    case 'ticket.cancelled.v1':
      await stopTicket(deps, ticketId);
      return stopTasks(deps, ticketId, 'The ticket was cancelled.');
    case 'ticket.failed.v1':
      // The ticket's own execution records the failure and ends by itself.
      // No task of a ticket that failed is at work: where one is, this is an old doorbell, and the ticket is tried again.
      return stopTasks(deps, ticketId, 'The ticket failed.', hasExecution);
    case 'discovery.proposed.v1': {
      const { discoveryId } = event.data;
      await deps.steps({ step: 'discovery.propose', key: `${event.id}/propose`, ticketId, discoveryId });
      return;
    }
    case 'ticket.execution_finished.v1':
      return workflow.succeed(event.data.token, { done: event.data.done, failed: event.data.failed });
    case 'task.started.v1':
      return workflow.start('task', event.data.execution, { ticketId, taskId: event.data.taskId });
    case 'task.dequeued.v1': {
      const { token, next, error, cause, taskId } = event.data;
      const failure = error === null ? {} : { Error: error, Cause: cause };
      return workflow.succeed(token, { next, ticketId, taskId, ...failure });
    }
    case 'task.reopened.v1':
      if (event.data.execution !== null) await workflow.stop(event.data.execution, 'The task was re-opened.');
      return;
    default:
      return;
  }
}

/** The effect of one event; events that mean nothing to the workflow are passed by. */
export async function workflowEffect(deps: Deps, event: LoggedEvent): Promise<void> {
  switch (event.type) {
    case 'gate.decided.v1': {
      const { token, decision, comment, gateId } = event.data;
      if (token !== null) return deps.workflow.succeed(token, { decision, comment });
      await deps.steps({ step: 'discovery.settle', key: `${event.id}/settle`, gateId });
      return;
    }
    case 'run.ended.v1': {
      const { token, runId, outcome, reason, message } = event.data;
      if (token !== null)
        await deps.workflow.succeed(token, { status: 'ended', runId, outcome, reason, message });
      return;
    }
    case 'run.held.v1': {
      const { token, runId, reason } = event.data;
      if (token !== null) await deps.workflow.succeed(token, { status: 'held', runId, reason });
      return;
    }
    case 'run.released.v1':
    case 'question.answered.v1':
    case 'ticket.resumed.v1':
    case 'ticket.budget_extended.v1':
      return releaseAll(deps, event.data.tokens);
    default:
      return event.ticketId === null ? undefined : ticketEffect(deps, event, event.ticketId);
  }
}
