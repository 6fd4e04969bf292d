/** The form of a project as typed, and what it becomes for the API. Pure. */
import type { RouteBody } from '#core/api/routes.ts';
import type { ProjectView } from '#core/api/views.ts';
import { dollarsOf, microsOf } from '../../ui/format.ts';
import { firstNetwork, type Network } from './networks.ts';

export interface Draft {
  readonly name: string;
  readonly repo: string;
  readonly defaultBranch: string;
  readonly setup: string;
  readonly build: string;
  readonly lint: string;
  readonly test: string;
  readonly budget: string;
  readonly parallelTasks: string;
  readonly parallelProject: string;
  readonly protectedPaths: string;
  readonly ceremony: ProjectView['ceremony'];
  readonly network: ProjectView['network'];
  readonly draft: ProjectView['draft'];
  readonly independent: ProjectView['independent'];
  readonly gates: ProjectView['gates'];
}

/** What the server takes when nothing is said, so that the form shows it before. `networks`: those of the installation. */
export const emptyDraft = (networks: readonly Network[]): Draft => ({
  name: '',
  repo: '',
  defaultBranch: '',
  setup: '',
  build: '',
  lint: '',
  test: '',
  budget: '10',
  parallelTasks: '4',
  parallelProject: '16',
  protectedPaths: '.github/**\nCODEOWNERS\n**/CODEOWNERS\n.gitlab-ci.yml',
  ceremony: 'auto',
  network: firstNetwork(networks),
  draft: 'unproven',
  independent: 'properties',
  gates: { explore: 'off', requirements: 'human', design: 'human', tasks: 'auto' },
});

export function draftOf(project: ProjectView): Draft {
  const { name, repo, ceremony, network, draft, independent, gates } = project;
  const { setup = '', build = '', lint = '', test = '' } = project.commands;
  return {
    ...{ name, repo, ceremony, network, draft, independent, gates, setup, build, lint, test },
    defaultBranch: project.defaultBranch ?? '',
    budget: dollarsOf(project.budgetMicros),
    parallelTasks: String(project.parallelTasks),
    parallelProject: String(project.parallelProject),
    protectedPaths: project.protectedPaths.join('\n'),
  };
}

/** A name from the last part of a path or URL, until the person gives one. */
export const nameFromRepo = (repo: string): string =>
  repo
    .trim()
    .replace(/[/\\]+$/, '')
    .replace(/\.git$/, '')
    .split(/[/\\:]/)
    .at(-1) ?? '';

/** What is wrong with the numbers, by field; the server judges the rest. */
export function faultsOf({
  budget,
  parallelTasks,
  parallelProject,
}: Pick<Draft, 'budget' | 'parallelTasks' | 'parallelProject'>): {
  budget: string | null;
  parallelTasks: string | null;
  parallelProject: string | null;
} {
  return {
    budget: microsOf(budget) === null ? 'A sum like 10 or 2.50.' : null,
    parallelTasks: countFault(parallelTasks, 32),
    parallelProject: countFault(parallelProject, 256),
  };
}

function countFault(text: string, most: number): string | null {
  const count = Number(text);
  return Number.isInteger(count) && count >= 1 && count <= most ? null : `A whole number from 1 to ${most}.`;
}

export function settingsOf(draft: Draft): RouteBody<'updateProject'> {
  const commands = Object.entries({
    setup: draft.setup,
    build: draft.build,
    lint: draft.lint,
    test: draft.test,
  })
    .map(([name, command]) => [name, command.trim()] as const)
    .filter(([, command]) => command !== '');
  const branch = draft.defaultBranch.trim();
  return {
    name: draft.name.trim() || nameFromRepo(draft.repo),
    ...(branch === '' ? {} : { defaultBranch: branch }),
    commands: Object.fromEntries(commands),
    gates: draft.gates,
    ceremony: draft.ceremony,
    network: draft.network,
    draft: draft.draft,
    independent: draft.independent,
    budgetMicros: microsOf(draft.budget) ?? 0,
    parallelTasks: Number(draft.parallelTasks),
    parallelProject: Number(draft.parallelProject),
    protectedPaths: draft.protectedPaths
      .split('\n')
      .map((path) => path.trim())
      .filter((path) => path !== ''),
  };
}
