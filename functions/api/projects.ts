/** Projects: connecting a repository and changing its policy. */
import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import { ProjectId } from '#core/id.ts';
import { networkObstacles } from '#core/project/networks.ts';
import {
  defaultBudgetMicros,
  defaultDraftPolicy,
  defaultGates,
  defaultIndependentPolicy,
  defaultParallelProject,
  defaultParallelTasks,
  defaultProtectedPaths,
  type GatePolicy,
  type Project,
} from '#core/project/project.ts';
import { found } from './find.ts';
import { releaseHeld, resumeWithheld } from './hold.ts';
import { idIn } from './input.ts';
import { type ApiDeps, type Handlers, tell } from './request.ts';
import { projectView } from './views.ts';

const none = 'There is no such project.';

type PartialGates = { readonly [K in keyof GatePolicy]?: GatePolicy[K] | undefined };

/** The policy with what was given laid over it. */
export function withGates(gates: GatePolicy, given: PartialGates | undefined): GatePolicy {
  return {
    explore: given?.explore ?? gates.explore,
    requirements: given?.requirements ?? gates.requirements,
    design: given?.design ?? gates.design,
    tasks: given?.tasks ?? gates.tasks,
  };
}

/** A policy that this installation has no network for: its tickets could not be worked on. */
function refuseNetwork(project: Pick<Project, 'name' | 'network'>, { networks }: ApiDeps): void {
  const [obstacle] = networkObstacles(project, networks);
  if (obstacle !== undefined) throw new InvalidInput(obstacle, { networks });
}

export const projectHandlers: Handlers<'listProjects' | 'connectProject' | 'getProject' | 'updateProject'> = {
  async listProjects(_call, { store }) {
    return { items: (await store.view.projects.list()).map(projectView) };
  },

  async connectProject(call, deps) {
    const { body } = call;
    const network = body.network ?? 'registries';
    refuseNetwork({ name: body.name, network }, deps);
    // The repository is looked at before anything is written: a bad one leaves no trace.
    const { repo, defaultBranch } = await deps.forge.inspect(body.repo, body.defaultBranch ?? null);
    return call.transact(async (tx) => {
      const existing = await tx.projects.byRepo(repo);
      if (existing) {
        throw new IllegalTransition(`This repository is connected already, as ${existing.name}.`, {
          projectId: existing.id,
        });
      }
      const project: Project = {
        id: deps.newId('project'),
        name: body.name,
        repo,
        defaultBranch,
        commands: body.commands ?? {},
        gates: withGates(defaultGates, body.gates),
        ceremony: body.ceremony ?? 'auto',
        budgetMicros: body.budgetMicros ?? defaultBudgetMicros,
        network,
        draft: body.draft ?? defaultDraftPolicy,
        independent: body.independent ?? defaultIndependentPolicy,
        protectedPaths: body.protectedPaths ?? [...defaultProtectedPaths],
        parallelTasks: body.parallelTasks ?? defaultParallelTasks,
        parallelProject: body.parallelProject ?? defaultParallelProject,
        trouble: null,
        version: 0,
        createdAt: call.at,
      };
      await tx.projects.insert(project);
      const scope = { projectId: project.id, ticketId: null };
      await tell(tx, deps, call, scope, project.id, 'project.connected.v1', { name: project.name });
      return projectView(project);
    });
  },

  async getProject({ params }, { store }) {
    return projectView(found(await store.view.projects.get(idIn(ProjectId, params.id, none)), none));
  },

  async updateProject(call, deps) {
    const { body } = call;
    const id = idIn(ProjectId, call.params.id, none);
    const before = found(await deps.store.view.projects.get(id), none);
    const isNamed = body.defaultBranch !== undefined && body.defaultBranch !== before.defaultBranch;
    // One that it has already may stay: tickets are told of it, and so is the health page.
    if (body.network !== undefined && body.network !== before.network)
      refuseNetwork({ name: before.name, network: body.network }, deps);
    // Looked at before anything is written: tickets would only stand still again.
    if (isNamed) await deps.forge.inspect(before.repo, body.defaultBranch ?? null);
    return call.transact(async (tx) => {
      const project = found(await tx.projects.get(id), none);
      const updated = await tx.projects.update({
        ...project,
        name: body.name ?? project.name,
        defaultBranch: body.defaultBranch ?? project.defaultBranch,
        commands: body.commands ?? project.commands,
        gates: withGates(project.gates, body.gates),
        ceremony: body.ceremony ?? project.ceremony,
        budgetMicros: body.budgetMicros ?? project.budgetMicros,
        network: body.network ?? project.network,
        draft: body.draft ?? project.draft,
        independent: body.independent ?? project.independent,
        protectedPaths: body.protectedPaths ?? project.protectedPaths,
        parallelTasks: body.parallelTasks ?? project.parallelTasks,
        parallelProject: body.parallelProject ?? project.parallelProject,
        // Whoever names a branch that is there has mended what it was about.
        trouble: isNamed ? null : project.trouble,
      });
      const scope = { projectId: project.id, ticketId: null };
      await tell(tx, deps, call, scope, project.id, 'project.updated.v1', { name: updated.name });
      if (isNamed) await releaseHeld(tx, deps, call, { projectId: id });
      if (updated.network !== project.network) await resumeWithheld(tx, deps, call, id);
      return projectView(updated);
    });
  },
};
