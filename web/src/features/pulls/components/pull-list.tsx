import type { PullView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Status } from '../../../ui/glyph.tsx';
import { Time } from '../../../ui/time.tsx';
import { pullLook } from '../look.ts';

export function PullList({ pulls }: { readonly pulls: readonly PullView[] }) {
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
