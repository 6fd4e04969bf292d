import { useProjects } from '../../features/projects/api/projects.ts';
import { usePulls } from '../../features/pulls/api/pulls.ts';
import { PullList } from '../../features/pulls/components/pull-list.tsx';
import { Link } from '../../router/router.tsx';
import { Empty, Pending } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';

export function PullsPage() {
  const { data, error } = usePulls();
  const projects = useProjects().data?.items ?? [];
  return (
    <>
      <PageHead title="Pull requests" />
      <div className="body rows-body">
        {data === undefined ? (
          <Pending error={error} />
        ) : data.items.length === 0 ? (
          <Empty title="No pull request yet.">
            A ticket opens one when all its tasks are verified.{' '}
            <Link href="/tickets">Look at the tickets</Link>
          </Empty>
        ) : (
          <PullList pulls={data.items} projects={new Map(projects.map(({ id, name }) => [id, name]))} />
        )}
      </div>
    </>
  );
}
