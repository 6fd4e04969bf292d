/** A requirement that an agent found missing, as a change of the approved document for a person to decide about. */
import { parseEars } from '../spec/ears.ts';
import { evaluateRequirements, type TicketText } from '../spec/evaluate.ts';
import { CriterionId, RequirementId } from '../spec/fields.ts';
import type { Requirement, Requirements } from '../spec/requirements.ts';
import type { Discovery, FoundWork } from './discovery.ts';

/** The document with the found requirement at its end, under the next id that was never used in it. */
export function withFound(
  before: Requirements,
  found: Pick<Discovery, 'title'> & Pick<FoundWork, 'sentence' | 'criteria'>,
): { readonly after: Requirements; readonly id: RequirementId } {
  const numbers = before.requirements.map(({ id }) => Number(id.slice('REQ-'.length)));
  const id = RequirementId.parse(`REQ-${Math.max(0, ...numbers) + 1}`);
  const text = found.sentence ?? '';
  const parsed = parseEars(text);
  const requirement: Requirement = {
    id,
    title: found.title,
    // What does not parse is told by the rules of the document.
    ears: parsed.ok ? parsed.pattern : 'ubiquitous',
    text,
    priority: 'should',
    criteria: found.criteria.map((criterion, index) => ({
      ...criterion,
      id: CriterionId.parse(`${id}.${index + 1}`),
    })),
  };
  return { after: { ...before, requirements: [...before.requirements, requirement] }, id };
}

/** The rules that the new document would break, in sentences; what it was written from is not its finder's matter. */
export function brokenRules(ticket: TicketText, before: Requirements, after: Requirements): string[] {
  const verdict = evaluateRequirements({
    document: after,
    previous: before,
    ticket,
    upstream: {},
    approved: {},
  });
  return verdict.blockers.map(({ message }) => message);
}
