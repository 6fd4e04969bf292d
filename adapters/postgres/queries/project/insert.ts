import type { Project } from '#core/project/project.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when its place is taken. */
export async function insertProject(sql: Sql, project: Project): Promise<void> {
  const result = await sql.query(
    `insert into projects (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(project),
  );
  added('project', project.id, result);
}
