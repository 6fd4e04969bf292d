/** The page of settings: how GitHub is connected, and the keys of programs. */
import { useEffect, useState } from 'react';
import type { GitHubView } from '#core/api/views.ts';
import { useCommand } from '../../api/query.ts';
import { useGitHub } from '../../features/github/api/github.ts';
import { ConnectApp, ConnectToken } from '../../features/github/components/connect.tsx';
import { Connected, Disconnect, Troubles } from '../../features/github/components/standing.tsx';
import { takeWayBack } from '../../features/github/leave.ts';
import { useKeys } from '../../features/keys/api/keys.ts';
import { KeyList } from '../../features/keys/components/key-list.tsx';
import { MakeKey } from '../../features/keys/components/make-key.tsx';
import { Link, navigate } from '../../router/router.tsx';
import { Button, Pending, Problem } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';

export function SettingsPage() {
  return (
    <>
      <PageHead title="Settings" />
      <div className="body narrow settings">
        <section aria-labelledby="github">
          <h2 id="github">GitHub</h2>
          <GitHub />
        </section>
        <section aria-labelledby="keys">
          <h2 id="keys">API keys</h2>
          <ApiKeys />
        </section>
      </div>
    </>
  );
}

function GitHub() {
  const { data: github, error } = useGitHub();
  const { finishing, problem } = useWayBack();
  return (
    <>
      {problem}
      {github === undefined || finishing ? <Pending error={error} lines={3} /> : <Standing github={github} />}
    </>
  );
}

/** Goes on with the code that GitHub sent the person back with. */
function useWayBack() {
  const finish = useCommand('finishGitHubApp');
  const [isForeign, setForeign] = useState(false);
  const { mutate } = finish;
  useEffect(() => {
    const back = takeWayBack();
    if (back.type === 'none') return;
    navigate('/settings', 'replace');
    if (back.type === 'foreign') setForeign(true);
    else mutate({ body: { code: back.code, state: back.state } });
  }, [mutate]);
  const problem = isForeign ? (
    <div className="problem" role="alert">
      <strong>This answer of GitHub belongs to no request of this tab. Start again.</strong>
    </div>
  ) : (
    <Problem error={finish.error} />
  );
  return { finishing: finish.isPending, problem };
}

const replace = { app: 'Replace App', token: 'Replace token' } as const;

function Standing({ github }: { readonly github: GitHubView }) {
  const [again, setAgain] = useState(false);
  if (github.fixed)
    return (
      <>
        <Connected github={github} />
        <p className="muted">Set by the environment of the host; it is changed there.</p>
      </>
    );
  if (github.kind !== 'none' && !again)
    return (
      <>
        <Connected github={github} />
        <div className="actions">
          <Disconnect github={github} />
          <Button onClick={() => setAgain(true)}>{replace[github.kind]}</Button>
          <Link href="/projects/new" className="button primary">
            Connect a project
          </Link>
        </div>
      </>
    );
  return (
    <>
      {again ? null : <Troubles problems={github.problems} />}
      <p className="muted">
        Connected, tickets begin from repositories on GitHub and end as pull requests there. Only the forge
        holds the credential; no agent and no sandbox ever sees it.
      </p>
      <div className="ways">
        <ConnectApp github={github} />
        <ConnectToken github={github} onConnected={() => setAgain(false)} />
      </div>
      {again && github.kind !== 'none' ? (
        <div className="actions">
          <Button onClick={() => setAgain(false)}>Keep what is connected</Button>
        </div>
      ) : null}
    </>
  );
}

function ApiKeys() {
  const { data, error } = useKeys();
  if (error?.status === 403) return <p className="muted">Only admins see and make keys.</p>;
  return (
    <>
      <p className="muted">
        A program that shows a key (<code>Authorization: Bearer omoi_…</code>) acts under the key’s name and
        may what its role may.
      </p>
      {data === undefined ? <Pending error={error} lines={3} /> : null}
      {data === undefined || data.items.length === 0 ? null : <KeyList keys={data.items} />}
      <MakeKey />
    </>
  );
}
