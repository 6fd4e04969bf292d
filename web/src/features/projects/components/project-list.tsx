import type { ProjectView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { usd } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Time } from '../../../ui/time.tsx';

export function ProjectList({ projects }: { readonly projects: readonly ProjectView[] }) {
  return (
    <ul className="rows">
      {projects.map((project) => (
        <li key={project.id}>
          <Link href={`/projects/${project.id}`} className="row project-row" data-row>
            <Icon name="project" />
            <span className="title">
              <span className="title-text">{project.name}</span>
              <code className="muted waits">{project.repo}</code>
            </span>
            <span className="muted">{project.defaultBranch ?? ''}</span>
            <span className="num" title="Budget of a new ticket">
              {usd(project.budgetMicros)}
            </span>
            <span className="when">
              <Time at={project.createdAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
