import type { Design } from '../design.ts';
import type { Blocker, Evaluation, Finding, Provenance } from '../evaluation.ts';
import { conclude, share, when } from '../evaluation.ts';
import type { Requirements } from '../requirements.ts';
import { duplicates } from './identity.ts';
import { provenance } from './provenance.ts';
import { vagueWords } from './words.ts';

/** A design, and the approved requirements that it answers. */
export interface DesignInput extends Provenance {
  readonly document: Design;
  readonly requirements: Requirements;
}

/** Blocks a design that leaves a requirement without a component or answers one that does not exist. */
export function evaluateDesign(input: DesignInput): Evaluation {
  const { components } = input.document;
  const names = components.map(({ name, responsibility }, index) => ({
    id: name,
    text: responsibility,
    at: `/components/${index}/name`,
  }));
  const blockers = [
    ...provenance('design', input),
    ...duplicates(names, 'component'),
    ...unknownRequirements(input),
    ...uncovered(input),
  ];
  return conclude(blockers, findings(input.document));
}

function unknownRequirements({ document, requirements }: DesignInput): Blocker[] {
  const known = new Set<string>(requirements.requirements.map(({ id }) => id));
  return document.components.flatMap((component, index) =>
    component.requirements.flatMap((id, place): Blocker[] => {
      if (known.has(id)) return [];
      const message = `component ${component.name} names ${id}, which is no requirement`;
      return [{ code: 'unknown-requirement', message, at: `/components/${index}/requirements/${place}` }];
    }),
  );
}

function uncovered({ document, requirements }: DesignInput): Blocker[] {
  const covered = new Set<string>(document.components.flatMap((component) => component.requirements));
  return requirements.requirements.flatMap(({ id }): Blocker[] =>
    covered.has(id)
      ? []
      : [{ code: 'requirement-without-component', message: `no component answers ${id}`, at: '/components' }],
  );
}

/** Weights: a design is there to be built and tested, so an untested or placeless one costs most. */
function findings(design: Design): Finding[] {
  const { overview, components, decisions, errors, security, interfaces, dataModels, testStrategy } = design;
  const placeless = components.filter(({ files }) => files.length === 0).map(({ name }) => name);
  const vague = components.filter(({ responsibility }) => vagueWords(responsibility).length > 0);
  const vagueNames = vague.map(({ name }) => name);
  return [
    // Under 20 characters nothing is said about what is tested where.
    ...when(
      testStrategy.trim().length < 20,
      '/testStrategy',
      'no-test-strategy',
      0.3,
      'Say what is tested at which level',
    ),
    ...share(placeless, components.length, 'no-files', 0.2, 'Say in which files it lives'),
    ...share(vagueNames, components.length, 'vague-words', 0.1, 'Say what it does, not how well'),
    // 40 characters are less than one full sentence.
    ...when(
      overview.trim().length < 40,
      '/overview',
      'thin-overview',
      0.1,
      'The overview is too short to work from',
    ),
    ...when(errors.length === 0, '/errors', 'no-errors', 0.1, 'Say what can fail and what happens then'),
    ...when(
      interfaces.length + dataModels.length === 0,
      '/interfaces',
      'no-interfaces',
      0.1,
      'Name an interface or a data model',
    ),
    ...when(
      decisions.length === 0,
      '/decisions',
      'no-decisions',
      0.05,
      'Record at least one decision and its reason',
    ),
    ...when(
      security.length === 0,
      '/security',
      'no-security',
      0.05,
      'Say what must be guarded, or that nothing must',
    ),
  ];
}
