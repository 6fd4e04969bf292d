import { Project } from '#core/project/project.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** All projects, oldest first. */
export async function listProjects(sql: Sql): Promise<Project[]> {
  return all(Project, await sql.query(`select ${columns.selected} from projects order by created_at, id`));
}
