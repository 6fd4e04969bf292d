import { parseEars } from '../ears.ts';
import type { Blocker, Evaluation, Finding, Provenance, TicketText } from '../evaluation.ts';
import { conclude, share, when } from '../evaluation.ts';
import type { Requirement, Requirements } from '../requirements.ts';
import { duplicates, type Named, unstable } from './identity.ts';
import { provenance } from './provenance.ts';
import { unquoted, vagueWords } from './words.ts';

/** Requirements, and what they are measured by; `previous` is the last version, if there is one. */
export interface RequirementsInput extends Provenance {
  readonly document: Requirements;
  readonly ticket: TicketText;
  readonly previous?: Requirements | undefined;
}

/** Blocks what cannot be read (EARS), checked (criteria) or named (ids). */
export function evaluateRequirements(input: RequirementsInput): Evaluation {
  const { requirements } = input.document;
  const named = requirementNames(input.document);
  const blockers = [
    ...provenance('requirements', input),
    ...(requirements.length > 0 ? [] : [none]),
    ...duplicates(named.requirements, 'requirement'),
    ...duplicates(named.criteria, 'criterion'),
    ...requirements.flatMap((requirement, index) => ears(requirement, `/requirements/${index}`)),
    ...requirements.flatMap((requirement, index) => criteria(requirement, `/requirements/${index}/criteria`)),
  ];
  return conclude(blockers, findings(input));
}

const none: Blocker = { code: 'no-requirements', message: 'there is no requirement', at: '/requirements' };

function ears({ id, ears: declared, text }: Requirement, at: string): Blocker[] {
  const parsed = parseEars(text);
  if (!parsed.ok) {
    return parsed.errors.map(({ message }) => ({
      code: 'ears-syntax',
      message: `${id}: ${message}`,
      at: `${at}/text`,
    }));
  }
  if (parsed.pattern === declared) return [];
  const clauses =
    parsed.clauses.map((clause) => `${clause.keyword} '${clause.text}'`).join(', ') || 'no clause';
  const message = `${id}: declared '${declared}', but the sentence is '${parsed.pattern}' (${clauses})`;
  return [{ code: 'ears-pattern', message, at: `${at}/ears` }];
}

function criteria(requirement: Requirement, at: string): Blocker[] {
  if (requirement.criteria.length === 0) {
    return [{ code: 'criterion-missing', message: `${requirement.id} has no criterion`, at }];
  }
  return requirement.criteria.flatMap(({ id }, index): Blocker[] => {
    if (id.startsWith(`${requirement.id}.`)) return [];
    const message = `criterion ${id} stands under ${requirement.id}: its id must begin with '${requirement.id}.'`;
    return [{ code: 'criterion-misplaced', message, at: `${at}/${index}/id` }];
  });
}

/** Requirements and criteria as named things, in the order they stand. */
export function requirementNames({ requirements }: Requirements): {
  requirements: Named[];
  criteria: Named[];
} {
  return {
    requirements: requirements.map(({ id, text }, index) => ({ id, text, at: `/requirements/${index}/id` })),
    criteria: requirements.flatMap((requirement, index) =>
      requirement.criteria.map(({ id, text }, place) => ({
        id,
        text,
        at: `/requirements/${index}/criteria/${place}/id`,
      })),
    ),
  };
}

/** Eight requirements suit a ticket of one line; every 20 words of it can carry one more. */
function ampleFor({ title, description }: TicketText): number {
  return 8 + Math.floor(`${title} ${description}`.trim().split(/\s+/u).length / 20);
}

/** A condition behind the response belongs in front of it, where the pattern says what kind it is. */
function trailing({ text }: Requirement): boolean {
  const parsed = parseEars(text);
  return (
    parsed.ok &&
    parsed.pattern === 'ubiquitous' &&
    /[\s,](?:when|whenever|while|if|unless)\s/iu.test(unquoted(parsed.response))
  );
}

function findings({ document, ticket, previous }: RequirementsInput): Finding[] {
  const { requirements } = document;
  const all = requirements.flatMap((requirement) => requirement.criteria);
  const count = requirements.length;
  const vague = [...requirements, ...all].flatMap(({ id, text }) => {
    const words = vagueWords(text);
    return words.length > 0 ? [`${id} ("${words.join('", "')}")`] : [];
  });
  const compound = requirements.filter(({ text }) => (unquoted(text).match(/\bshall\b/giu)?.length ?? 0) > 1);
  const ample = ampleFor(ticket);
  const before = previous ? named(previous) : [];
  return [
    // A third of the statements being vague is as bad as all: it takes the whole weight.
    ...share(vague, (count + all.length) / 3, 'vague-words', 0.3, 'Say it so that a check can answer'),
    // An example says itself what goes in and what comes out.
    ...share(
      ids(all.filter(({ kind, hint }) => kind === 'property' && hint === undefined)),
      all.length,
      'no-hint',
      0.2,
      'Say what inputs to draw (hint)',
    ),
    ...when(
      count > ample,
      '/requirements',
      'too-many',
      0.15,
      `${count} requirements are many for this ticket: ${ample} should do`,
    ),
    ...share(ids(compound), count, 'compound', 0.1, "More than one 'shall': split"),
    ...share(
      ids(requirements.filter(trailing)),
      count,
      'trailing-condition',
      0.05,
      'Put the condition in front',
    ),
    ...unstable(before, named(document), 0.2),
  ];
}

function named(document: Requirements): Named[] {
  const { requirements, criteria: under } = requirementNames(document);
  return [...requirements, ...under];
}

function ids(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}
