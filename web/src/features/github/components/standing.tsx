/** How GitHub is connected: as whom, where an App is installed, and what is missing. */
import type { GitHubView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Fact, Problem } from '../../../ui/basics.tsx';
import { ConfirmButton } from '../../../ui/dialog.tsx';
import { Glyph } from '../../../ui/glyph.tsx';
import { Time } from '../../../ui/time.tsx';

const kinds = { app: 'GitHub App', token: 'Token of' } as const;

/** A link to GitHub's own pages. */
function Outside({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/** What stands in the way, in sentences. */
export function Troubles({ problems }: { readonly problems: readonly string[] }) {
  return problems.map((problem) => (
    <p key={problem} className="trouble" role="alert">
      <Glyph shape="alert" tone="warn" />
      <span>{problem}</span>
    </p>
  ));
}

export function Connected({ github }: { readonly github: GitHubView }) {
  const { kind, as, webUrl, manageUrl, installUrl, installations, problems, connectedBy, connectedAt } =
    github;
  if (kind === 'none') return null;
  return (
    <>
      <Troubles problems={problems} />
      <dl className="facts-wide">
        <Fact name="Connected as">
          {kinds[kind]}{' '}
          {as === null ? <span className="muted">nobody that GitHub knows</span> : <strong>{as}</strong>} on{' '}
          <code>{webUrl}</code>
        </Fact>
        {connectedBy === null ? null : (
          <Fact name="By">
            {connectedBy}
            {connectedAt === null ? null : (
              <>
                , <Time at={connectedAt} />
              </>
            )}
          </Fact>
        )}
        {kind === 'app' ? (
          <Fact name="Installed on">
            {installations.length === 0 ? <span className="muted">nothing yet</span> : null}
            {installations.map((one) => (
              <span key={one.account} className="installation">
                {one.url === null ? (
                  <strong>{one.account}</strong>
                ) : (
                  <Outside href={one.url}>{one.account}</Outside>
                )}
                <span className="muted">
                  {' '}
                  {one.repositories === 'all' ? 'all repositories' : 'selected repositories'}
                  {one.suspended ? ', suspended' : ''}
                </span>
              </span>
            ))}
          </Fact>
        ) : null}
        <Fact name="On GitHub">
          <span className="links">
            {installUrl === null ? null : <Outside href={installUrl}>Install on more repositories</Outside>}
            {manageUrl === null ? null : <Outside href={manageUrl}>Permissions</Outside>}
          </span>
        </Fact>
      </dl>
    </>
  );
}

/** Takes the credential back, after it was asked once more. */
export function Disconnect({ github: { kind } }: { readonly github: Pick<GitHubView, 'kind'> }) {
  const disconnect = useCommand('disconnectGitHub');
  const still = kind === 'app' ? 'uninstall the App' : 'revoke the token';
  return (
    <>
      <Problem error={disconnect.error} />
      <ConfirmButton
        label="Disconnect"
        kind="danger"
        question="Disconnect GitHub?"
        text={`The credential is removed here; to end it for good, ${still} on GitHub as well. Projects stay, webhooks are refused, and tickets that need GitHub stand still until it is connected again. Nothing is lost.`}
        confirm="Disconnect GitHub"
        disabled={disconnect.isPending}
        onConfirm={() => disconnect.mutate({})}
      />
    </>
  );
}
