/** A document judged where it stands: against the ticket and the approved documents that it builds on. */
import { IllegalTransition } from '../errors.ts';
import type { DocumentRow } from '../ticket/ports.ts';
import { Design } from './design.ts';
import { DocumentBody, type DocumentKind } from './document.ts';
import { type Evaluation, type EvaluationInput, evaluate, type TicketText } from './evaluate.ts';
import { TaskPlan } from './plan.ts';
import { Requirements } from './requirements.ts';

/** What is in force when a document is judged. */
export interface Standing {
  readonly ticket: TicketText;
  /** Hashes of the approved versions. */
  readonly approved: DocumentRow['upstream'];
  /** Their bodies, as stored. */
  readonly bodies: Partial<Record<DocumentKind, unknown>>;
}

/** Judges a document by all that its kind is measured by. Throws `IllegalTransition` when what it builds on is not approved. */
export function judgeDocument(
  document: Pick<DocumentRow, 'kind' | 'body' | 'upstream'>,
  standing: Standing,
): Evaluation {
  return evaluate(inputOf(document, standing));
}

function inputOf(
  document: Pick<DocumentRow, 'kind' | 'body' | 'upstream'>,
  { ticket, approved, bodies }: Standing,
): EvaluationInput {
  const { kind, body } = DocumentBody.parse({ kind: document.kind, body: document.body });
  const from = { upstream: document.upstream, approved };
  switch (kind) {
    case 'exploration':
      return { kind, document: body, ...from };
    case 'requirements':
      return {
        kind,
        document: body,
        ...from,
        ticket,
        previous: Requirements.optional().parse(bodies.requirements),
      };
    case 'design':
      return { kind, document: body, ...from, requirements: requirementsOf(bodies) };
    case 'plan':
      return {
        ...{ kind, document: body, ...from, requirements: requirementsOf(bodies) },
        design: Design.optional().parse(bodies.design),
        previous: TaskPlan.optional().parse(bodies.plan),
      };
    default:
      return kind satisfies never;
  }
}

function requirementsOf(bodies: Standing['bodies']): Requirements {
  if (bodies.requirements === undefined) throw new IllegalTransition('There are no approved requirements.');
  return Requirements.parse(bodies.requirements);
}

/** The verdict in words for the author of the next version: what must be mended first, then what costs most. */
export function verdictInWords({ blockers, findings, score, pass }: Evaluation): string[] {
  const placed = ({ at, message }: { readonly at: string; readonly message: string }) =>
    at === '' ? message : `${at}: ${message}`;
  const must = blockers.map((one) => `must be mended: ${placed(one)}`);
  const low = [...findings].sort((a, b) => b.weight - a.weight).map((one) => `worth mending: ${placed(one)}`);
  return pass
    ? []
    : [...must, ...(blockers.length > 0 ? low : [`the score is ${score}, 0.7 is needed`, ...low])];
}
