import type { PullView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Status } from '../../../ui/glyph.tsx';
import { Time } from '../../../ui/time.tsx';
import { pullLook } from '../look.ts';

interface Props {
  readonly pulls: readonly PullView[];
  /** Names of projects by id: each counts its pull requests from one. */
  readonly projects: ReadonlyMap<string, string>;
}

export function PullList({ pulls, projects }: Props) {
  return (
    <ul className="rows">
      {pulls.map((pull) => (
        <li key={pull.id}>
          <Link href={`/tickets/${pull.ticketName}/pull`} className="row pull-row" data-row>
            <Status look={pullLook(pull)} />
            <span className="name">#{pull.number}</span>
            <span className="title">
              <span className="title-text">{pull.title}</span>
            </span>
            <span className="muted project">{projects.get(pull.projectId) ?? ''}</span>
            <code className="muted">{pull.branch}</code>
            <span className="when">
              <Time at={pull.openedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
