/** A pull request: what it says, what it changes, and merging it. */
import type { PullView, TicketView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Pending, Problem } from '../../../ui/basics.tsx';
import { ConfirmButton } from '../../../ui/dialog.tsx';
import { shortSha } from '../../../ui/format.ts';
import { Status } from '../../../ui/glyph.tsx';
import { Markdown } from '../../../ui/markdown.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTicket } from '../../tickets/api/tickets.ts';
import { usePull, usePullDiff } from '../api/pulls.ts';
import { pullLook } from '../look.ts';
import { type Review, useReview } from '../review.ts';
import { DiffViewer } from './diff-viewer.tsx';
import { AskForChanges } from './review-dialog.tsx';

export function PullPage({ ticketId }: { readonly ticketId: string }) {
  const { data: pull, error } = usePull(ticketId);
  const { data: ticket } = useTicket(ticketId);
  const review = useReview(ticketId);
  if (pull === undefined) return <Pending error={error} />;
  return (
    <div className="pull">
      <PullHead pull={pull} review={review} work={workOf(ticket)} />
      <section className="pull-body" aria-label="Description">
        <Markdown text={pull.body} folds />
      </section>
      <PullDiff pull={pull} review={pull.state === 'open' ? review : null} />
    </div>
  );
}

interface Props {
  readonly pull: PullView;
  readonly review: Review;
  /** What its ticket does for it now. */
  readonly work: Work;
}

type Work = 'none' | 'under way' | 'paused';

function workOf(ticket: TicketView | undefined): Work {
  if (ticket?.status === 'paused') return 'paused';
  return ticket?.status === 'running' || ticket?.status === 'waiting' ? 'under way' : 'none';
}

function PullHead({ pull, review, work }: Props) {
  return (
    <header className="pull-head">
      <div>
        <h2>
          {pull.title}{' '}
          {pull.url === null ? (
            <span className="muted">#{pull.number}</span>
          ) : (
            <a href={pull.url} target="_blank" rel="noreferrer">
              #{pull.number}
            </a>
          )}
        </h2>
        <p className="pull-line">
          <Status look={pullLook(pull)} />
          <span className="muted">
            <code>{pull.branch}</code> at <code>{shortSha(pull.headCommit)}</code> into{' '}
            <code>{pull.into}</code>, opened <Time at={pull.openedAt} />
            {pull.mergeCommit === null ? null : (
              <>
                , merged as <code>{shortSha(pull.mergeCommit)}</code>
              </>
            )}
          </span>
        </p>
        {pull.state === 'open' && work !== 'none' ? (
          <p className="pull-draft">
            {work === 'paused'
              ? 'Its ticket is paused in the middle of more for it. Merged now, what comes after is a pull request of its own.'
              : 'Its ticket is at work on more for it, and brings it up to date when that is done.'}
          </p>
        ) : null}
        {pull.state !== 'open' || pull.draftNote === null ? null : (
          <p className="pull-draft" data-testid="draft-note">
            {pull.draftNote}
          </p>
        )}
      </div>
      {pull.url === null ? (
        <Actions pull={pull} review={review} work={work} />
      ) : (
        <AtForge pull={pull} review={review} work={work} url={pull.url} />
      )}
    </header>
  );
}

function AtForge({ pull, review, work, url }: Props & { readonly url: string }) {
  const update = useCommand('updatePull');
  return (
    <>
      <span className="head-actions">
        {pull.state === 'open' ? (
          <>
            <Update pull={pull} command={update} disabled={work !== 'none'} />
            <AskForChanges pull={pull} review={review} />
          </>
        ) : null}
        <a href={url} target="_blank" rel="noreferrer" className="button primary">
          {pull.state === 'open' ? 'Review and merge on GitHub' : 'Open on GitHub'}
        </a>
      </span>
      <Problem error={update.error} />
    </>
  );
}

interface UpdateProps {
  readonly pull: PullView;
  readonly command: ReturnType<typeof useCommand<'updatePull'>>;
  readonly disabled?: boolean;
}

function Update({ pull, command, disabled = false }: UpdateProps) {
  return (
    <ConfirmButton
      label="Bring up to date"
      question={`Bring it up to date with ${pull.into}?`}
      text={`What ${pull.into} has now is joined with this branch, by an agent where both changed the same lines, and everything is verified anew. It stays the same pull request, and costs from the ticket’s budget.`}
      confirm="Bring up to date"
      disabled={disabled || command.isPending}
      onConfirm={() => command.mutate({ params: { ticket: pull.ticketId } })}
    />
  );
}

function Actions({ pull, review, work }: Props) {
  const merge = useCommand('mergePull');
  const close = useCommand('closePull');
  const ready = useCommand('readyPull');
  const update = useCommand('updatePull');
  const params = { ticket: pull.ticketId };
  const busy = merge.isPending || close.isPending || ready.isPending || update.isPending;
  return (
    <>
      {pull.state === 'open' ? (
        <span className="head-actions">
          <ConfirmButton
            label="Close"
            question={`Close pull request #${pull.number}?`}
            text="The branch stays as it is; nothing is merged."
            confirm="Close pull request"
            disabled={busy || work !== 'none'}
            onConfirm={() => close.mutate({ params })}
          />
          <Update pull={pull} command={update} disabled={busy || work !== 'none'} />
          <AskForChanges pull={pull} review={review} />
          {pull.draft ? (
            <ConfirmButton
              label="Mark ready"
              kind="primary"
              question="Mark it ready as it is?"
              text={`${pull.draftNote ?? ''} By your word it can be merged all the same, and the platform does not turn it into a draft again.`.trim()}
              confirm="Mark ready"
              disabled={busy}
              onConfirm={() => ready.mutate({ params })}
            />
          ) : (
            <ConfirmButton
              label="Merge"
              kind="primary"
              question={`Merge into ${pull.into}?`}
              text={`${pull.into} moves to the verified work, without touching a checked-out tree. If that is not possible, nothing happens and you are told why.`}
              confirm="Merge pull request"
              disabled={busy || work === 'under way'}
              onConfirm={() => merge.mutate({ params })}
            />
          )}
        </span>
      ) : null}
      <Problem error={merge.error ?? close.error ?? ready.error ?? update.error} />
    </>
  );
}

function PullDiff({ pull, review }: { readonly pull: PullView; readonly review: Review | null }) {
  const { data: diff, error } = usePullDiff(pull.ticketId, pull.headCommit);
  if (diff === undefined) return <Pending error={error} />;
  return <DiffViewer text={diff.text} cut={diff.cut} review={review} />;
}
