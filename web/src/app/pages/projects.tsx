/** The pages of projects: the list, connecting one, changing one. */
import { useAccess } from '../../features/github/api/github.ts';
import { Troubles } from '../../features/github/components/standing.tsx';
import { useHealth } from '../../features/health/api/health.ts';
import { MemoryList } from '../../features/memories/components/memory-list.tsx';
import { useProjects } from '../../features/projects/api/projects.ts';
import { ConnectProject, EditProject } from '../../features/projects/components/project-form.tsx';
import { ProjectList } from '../../features/projects/components/project-list.tsx';
import type { Params } from '../../router/match.ts';
import { Link, navigate } from '../../router/router.tsx';
import { Empty, Pending } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';

export function ProjectsPage() {
  const { data, error } = useProjects();
  return (
    <>
      <PageHead title="Projects">
        <Link href="/projects/new" className="button primary">
          Connect a project
        </Link>
      </PageHead>
      <div className="body rows-body">
        {data === undefined ? (
          <Pending error={error} />
        ) : data.items.length === 0 ? (
          <Empty title="No project yet.">
            Connect a repository first. <Link href="/projects/new">Connect a project</Link>
          </Empty>
        ) : (
          <ProjectList projects={data.items} />
        )}
      </div>
    </>
  );
}

export function NewProjectPage() {
  const { data: health, error } = useHealth();
  return (
    <>
      <PageHead title="Connect a project" />
      <div className="body narrow">
        {health === undefined ? (
          <Pending error={error} />
        ) : (
          <ConnectProject
            networks={health.networks}
            onConnected={({ id }) => navigate(`/tickets/new?project=${id}`)}
          />
        )}
      </div>
    </>
  );
}

export function ProjectPage({ params }: { readonly params: Params }) {
  const { data, error } = useProjects();
  const health = useHealth();
  const project = data?.items.find(({ id }) => id === params.project);
  return (
    <>
      <PageHead title={project?.name ?? 'Project'}>
        {project === undefined ? null : (
          <Link href={`/tickets/new?project=${project.id}`} className="button">
            New ticket
          </Link>
        )}
      </PageHead>
      <div className="body narrow">
        {project !== undefined ? (
          <>
            <p className="muted">
              Repository <Repository repo={project.repo} />
              {project.defaultBranch === null ? null : (
                <>
                  , branch <code>{project.defaultBranch}</code>
                </>
              )}
            </p>
            <Reach projectId={project.id} />
            {health.data === undefined ? (
              <Pending error={health.error} />
            ) : (
              <EditProject key={project.id} project={project} networks={health.data.networks} />
            )}
            <MemoryList projectId={project.id} />
          </>
        ) : data === undefined ? (
          <Pending error={error} />
        ) : (
          <Empty title="There is no such project.">
            <Link href="/projects">Go to the projects</Link>
          </Empty>
        )}
      </div>
    </>
  );
}

function Repository({ repo }: { readonly repo: string }) {
  const address = <code className="wrap">{repo}</code>;
  return /^https?:\/\//.test(repo) ? (
    <a href={repo} target="_blank" rel="noreferrer">
      {address}
    </a>
  ) : (
    address
  );
}

/** Whether the next ticket would get at the repository; what stands in the way, before it is written. */
function Reach({ projectId }: { readonly projectId: string }) {
  const { data } = useAccess(projectId);
  if (data === undefined || data.problem === null) return null;
  return <Troubles problems={[data.problem]} />;
}
