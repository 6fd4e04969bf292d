/** Names that changed on the forge without anybody telling us: what it answers with is what the project has from then on. */
import { z } from 'zod';
import { Sha } from '#core/id.ts';
import type { Project } from '#core/project/project.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { type Desk, tell, theProject } from './desk.ts';

/** A branch as the forge copied it. */
export const Mirrored = z.looseObject({
  repo: z.string(),
  defaultBranch: z.string(),
  renamedFrom: z.string().nullable(),
  commit: Sha,
  bundle: z.string(),
});
export type Mirrored = z.infer<typeof Mirrored>;

/** Takes the repository's new name over, and the branch's where it was renamed (a person may have named another since). */
export async function follow(desk: Desk, ticket: Ticket, mirrored: Mirrored): Promise<void> {
  const project = await theProject(desk, ticket);
  const next = {
    repo: await freeName(desk, project, mirrored.repo),
    defaultBranch: branchOf(project, mirrored),
  };
  if (next.repo === project.repo && next.defaultBranch === project.defaultBranch) return;
  await desk.tx.projects.update({ ...project, ...next });
  await tell(desk, ticket, project.id, 'project.updated.v1', { name: project.name });
}

/** The name, unless another project has it. */
export async function freeName({ tx }: Desk, project: Project, repo: string): Promise<string> {
  const other = repo === project.repo ? null : await tx.projects.byRepo(repo);
  return other === null ? repo : project.repo;
}

function branchOf({ defaultBranch: known }: Project, { defaultBranch, renamedFrom }: Mirrored): string {
  return known === null || known === renamedFrom ? defaultBranch : known;
}
