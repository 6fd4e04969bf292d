/** The facts beside the story of a ticket. */
import type { TicketView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { CostBar, Fact } from '../../../ui/basics.tsx';
import { shortSha, title } from '../../../ui/format.ts';
import { Time } from '../../../ui/time.tsx';

const verifications = {
  unknown: 'Not known yet',
  verified: 'Tests run on the base commit',
  unverified: 'No test runs on the base commit',
} as const;

/** What is known of a ticket beside its story; each number leads to where it comes from. */
export function TicketFacts({ ticket }: { readonly ticket: TicketView }) {
  const to = (tab: string): string => `/tickets/${ticket.name}/${tab}`;
  const { tasks, criteria } = ticket;
  return (
    <aside className="facts" aria-label="Facts">
      <dl>
        <Fact name="Project">
          <Link href={`/projects/${ticket.projectId}`}>{ticket.projectName}</Link>
        </Fact>
        <Fact name="Cost">
          <Link href={to('cost')} className="plain">
            <CostBar cost={ticket.cost} />
          </Link>
        </Fact>
        <Fact name="Tasks">
          <Link href={to('tasks')}>
            {tasks.done} of {tasks.total} done{tasks.failed === 0 ? '' : `, ${tasks.failed} failed`}
          </Link>
        </Fact>
        <Fact name="Criteria">
          <Link href={to('evidence')}>
            {criteria.proven} of {criteria.total} proven
          </Link>
        </Fact>
        <Fact name="Verification">{verifications[ticket.verification]}</Fact>
        <Fact name="Ceremony">{ticket.ceremony === null ? 'Not chosen yet' : title(ticket.ceremony)}</Fact>
        <Fact name="Branch">
          <code className="wrap">{ticket.branch}</code>
        </Fact>
        <Fact name="Base">
          {ticket.baseCommit === null ? '—' : <code>{shortSha(ticket.baseCommit)}</code>}
        </Fact>
        <Fact name="Head">
          {ticket.headCommit === null ? '—' : <code>{shortSha(ticket.headCommit)}</code>}
        </Fact>
        <Fact name="Pull request">
          {ticket.pullRequest === null ? (
            '—'
          ) : (
            <Link href={to('pull')}>
              #{ticket.pullRequest.number}{' '}
              {ticket.pullRequest.state === 'open' && ticket.pullRequest.draft
                ? 'draft'
                : ticket.pullRequest.state}
            </Link>
          )}
        </Fact>
        <Fact name="Created">
          <Time at={ticket.createdAt} />
        </Fact>
        <Fact name="Updated">
          <Time at={ticket.updatedAt} />
        </Fact>
      </dl>
    </aside>
  );
}
