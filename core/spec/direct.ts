/**
 * The documents of a `direct` ticket, derived instead of written: one requirement that is the ticket itself, and one
 * task that proves all its criteria. So everything downstream (gates, proof, traceability) knows only one road.
 */
import { InvalidInput } from '#core/errors.ts';
import type { TicketText } from './evaluation.ts';
import type { DirectWork, Exploration } from './exploration.ts';
import { TaskPlan } from './plan.ts';
import { Requirements } from './requirements.ts';

/** The requirement REQ-1 with the exploration's criteria. Throws InvalidInput when the exploration has no `direct` work. */
export function deriveRequirements(ticket: TicketText, exploration: Exploration): Requirements {
  const { criteria } = directWork(exploration);
  const { questions } = exploration;
  const title = fitted(ticket.title, 200);
  return Requirements.parse({
    requirements: [
      {
        id: 'REQ-1',
        title,
        ears: 'ubiquitous',
        // In quotes, so that the words of the ticket are read as a name and not as part of the sentence.
        text: `The product shall do what the ticket “${title.replaceAll('”', '"')}” asks.`,
        priority: 'must',
        criteria: criteria.map((criterion, index) => ({ id: `REQ-1.${index + 1}`, ...criterion })),
      },
    ],
    outOfScope: [],
    // Nobody is asked on this road: what the explorer proposed is what is built, and the pull request says so.
    assumptions: questions,
  });
}

/** The one task T1 that claims every criterion of the requirements. Throws InvalidInput as `deriveRequirements` does. */
export function derivePlan(
  ticket: TicketText,
  exploration: Exploration,
  requirements: Requirements,
): TaskPlan {
  const { writes } = directWork(exploration);
  return TaskPlan.parse({
    tasks: [
      {
        key: 'T1',
        title: fitted(ticket.title, 200),
        // Whoever reads the plan has the ticket beside it: its words once more would only be weighed against themselves.
        goal: 'What the ticket asks.',
        dependsOn: [],
        criteria: requirements.requirements.flatMap((requirement) =>
          requirement.criteria.map(({ id }) => id),
        ),
        writes,
        // An hour: 'direct' means one obvious task, and half of the 120 minutes at which a task is asked to be split.
        estimateMinutes: 60,
        doneWhen: 'Every criterion of this task is checked and the tests of the repository pass.',
      },
    ],
  });
}

function directWork({ direct }: Exploration): DirectWork {
  if (direct && direct.criteria.length > 0 && direct.writes.length > 0) return direct;
  throw new InvalidInput('the exploration proposes no direct work: criteria and writes are needed', {
    issues: [{ path: 'direct', message: 'criteria and writes must not be empty' }],
  });
}

/** The text within a field's limit, in whole characters; what cannot be stored is replaced, never a reason to fail. */
function fitted(text: string, max: number): string {
  const clean = text
    .replaceAll('\u0000', '\uFFFD')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .trim();
  if (clean === '') return 'Untitled';
  if (clean.length <= max) return clean;
  return `${clean.slice(0, max - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
