import { Project } from '#core/project/project.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updateProject(sql: Sql, project: Project): Promise<Project> {
  const result = await sql.query(
    `update projects set (${columns.names}) = row(${columns.places})
     where id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...project, version: project.version + 1 }), project.id, project.version],
  );
  return swapped(Project, 'project', project.id, result);
}
