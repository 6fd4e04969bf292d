import type { ProjectId } from '../id.ts';
import type { Project } from './project.ts';

/** Reading projects. */
export interface ProjectReads {
  /** The project, or null. */
  get(id: ProjectId): Promise<Project | null>;
  /** The project connected to exactly this repository, or null. */
  byRepo(repo: string): Promise<Project | null>;
  /** All projects, oldest first. */
  list(): Promise<Project[]>;
}

/** Writing projects. */
export interface ProjectRows extends ProjectReads {
  insert(project: Project): Promise<void>;
  /** Compare-and-set: writes version + 1 if `project.version` is still current, else throws `VersionConflict`. Returns the row as written. */
  update(project: Project): Promise<Project>;
}
