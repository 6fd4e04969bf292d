/** The explorer's commands are proven by the platform on the base commit, before anything is built on them. */
import { z } from 'zod';
import { TicketId } from '#core/id.ts';
import type { Commands, Project } from '#core/project/project.ts';
import { checkOutcome } from '#core/run/checked.ts';
import type { Run } from '#core/run/run.ts';
import { canonical } from '#core/spec/document.ts';
import { Exploration } from '#core/spec/exploration.ts';
import { DocumentPhase, type Ticket } from '#core/ticket/ticket.ts';
import { CheckResult, CommandName } from '#core/verify/check.ts';
import { judgeBaseline, provenCommands } from '#core/verify/judge.ts';
import {
  type Answer,
  type Desk,
  moveRun,
  moveTicket,
  type Step,
  step,
  theProject,
  theRun,
  theTicket,
} from './desk.ts';
import { mayRetry } from './documents.ts';
import { storeEvidence } from './evidence.ts';
import { addRun, atWork, checksExhausted, failure, RunAnswer, startCheck, tellEnded } from './runs.ts';

/** What the explorer proposes, overridden by what people fixed for the project. */
async function proposed(
  desk: Desk,
  ticket: Ticket,
): Promise<{ project: Project; exploration: Exploration; commands: Commands }> {
  const project = await theProject(desk, ticket);
  const row = await desk.tx.documents.latest(ticket.id, 'exploration');
  const exploration = Exploration.parse(row?.body);
  return { project, exploration, commands: { ...exploration.commands, ...project.commands } };
}

const scope = 'baseline';

/** The same commands on the same commit of the same project: what was measured once holds. */
function memoKey(desk: Desk, ticket: Ticket, commands: Commands): string {
  return desk.digest(canonical({ project: ticket.projectId, commit: ticket.baseCommit, commands }));
}

const baseline = step(
  z.looseObject({ ticketId: TicketId, token: z.string().min(1) }),
  async ({ ticketId, token }, desk) => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const { commands } = await proposed(desk, ticket);
    const known = await desk.tx.answers.get(scope, memoKey(desk, ticket, commands));
    const head = ticket.baseCommit;
    if (!known) {
      const check = { purpose: 'baseline', head, commands, token } as const;
      return { runId: (await startCheck(desk, ticket, check)).id };
    }
    const run = await reuse(desk, ticket, commands, CheckResult.parse(known.answer));
    await tellEnded(desk, ticket, run, token);
    return { runId: run.id };
  },
);

/** A run that ended as it was asked for, with what an earlier ticket of the project measured. */
async function reuse(desk: Desk, ticket: Ticket, commands: Commands, result: CheckResult): Promise<Run> {
  const { baseCommit: head } = atWork(ticket);
  const run = await addRun(desk, ticket, {
    kind: 'check',
    role: 'verifier',
    round: (await baselines(desk, ticket)).length + 1,
    taskId: null,
    baseCommit: head,
    feedback: null,
    check: { purpose: 'baseline', head, works: [], commands },
    token: null,
  });
  return moveRun(desk, run, { type: 'end', outcome: { type: 'check', result } });
}

const judge = step(
  z.looseObject({ ticketId: TicketId, phase: DocumentPhase, outcome: RunAnswer }),
  async ({ ticketId, phase, outcome }, desk): Promise<Answer> => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const run = await theRun(desk, outcome.runId);
    if (run.state.status === 'held') return { next: 'hold', ticketId, phase, runId: run.id };
    const result = checkOutcome(run);
    if (result.type === 'none') {
      if (!checksExhausted(await baselines(desk, ticket))) return { next: 'baseline', ticketId, phase };
      return failure('CheckFailed', `The commands could not be tried on the base commit: ${result.message}`);
    }
    const { project, exploration, commands } = await proposed(desk, ticket);
    const verdict = judgeBaseline(result);
    if (verdict.type === 'unusable') {
      const words = `${verdict.reason}\n\n${verdict.log}`.trim();
      // What people fixed no explorer can mend.
      const fixed = CommandName.options.some(
        (name) => project.commands[name] !== undefined && failed(result, name),
      );
      if (!fixed && (await mayRetry(desk, ticket, phase)))
        return { next: 'retry', ticketId, phase, feedback: words };
      const advice = fixed
        ? 'Correct the command in the settings of the project.'
        : 'Fix the commands in the settings of the project.';
      return failure('BaselineUnusable', `${verdict.reason}. ${advice}\n\n${verdict.log}`.trim());
    }
    const { verified, unnamed, nameless } = verdict;
    // Once: there are runners that cannot be told. What people fixed stays.
    const isOpen = unnamed !== null && project.commands.test === undefined;
    if (isOpen && (await baselines(desk, ticket)).length === 1)
      return { next: 'retry', ticketId, phase, feedback: unnamed };
    if (result.type === 'checked')
      await storeEvidence(desk, ticket, { run, result, task: null, criteria: [], baseline: null });
    await remember(desk, ticket, commands, result);
    const known = { commands: provenCommands(commands, verified), verified, nameless };
    const moved = await moveTicket(desk, ticket, { type: 'proveCommands', ...known });
    const ceremony = project.ceremony === 'auto' ? exploration.size : project.ceremony;
    await moveTicket(desk, moved, { type: 'setCeremony', ceremony });
    return { next: 'gate', ticketId, phase };
  },
);

async function baselines(desk: Desk, { id: ticketId }: Ticket): Promise<Run[]> {
  const checks = await desk.tx.runs.list({ ticketId, kind: 'check' });
  return checks.filter(({ check }) => check?.purpose === 'baseline');
}

function failed(result: CheckResult, name: CommandName): boolean {
  if (result.type !== 'checked') return false;
  return result.commands.some((command) => command.name === name && command.exitCode !== 0);
}

async function remember(desk: Desk, ticket: Ticket, commands: Commands, result: CheckResult): Promise<void> {
  const key = memoKey(desk, ticket, commands);
  if (await desk.tx.answers.get(scope, key)) return;
  await desk.tx.answers.put(scope, key, { digest: desk.digest(key), answer: result }, desk.at);
}

/** Called by the state machines. */
export const baselineSteps = {
  'phase.baseline': baseline,
  'phase.judgeBaseline': judge,
} satisfies Record<string, Step>;
