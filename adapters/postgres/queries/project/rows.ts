import { Project } from '#core/project/project.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `projects`. */
export const columns = columnsOf(Project);
