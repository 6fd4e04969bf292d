/** Two ways to connect GitHub: an App that GitHub makes with one press of a button, or a token. */
import { type FormEvent, useState } from 'react';
import type { GitHubView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { TextField } from '../../../ui/field.tsx';
import { leaveFor } from '../leave.ts';

interface Props {
  readonly github: Pick<GitHubView, 'webUrl' | 'onlyServer'>;
}

interface ServerProps {
  readonly only: string | null;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Which GitHub: a field, or the one that this installation was deployed for, as a fact. */
function Server({ only, label, value, onChange }: ServerProps) {
  const hint = 'Or the address of your GitHub Enterprise Server.';
  if (only === null)
    return <TextField label={label} value={value} onChange={onChange} hint={hint} required mono />;
  return (
    <div className="field">
      <span className="label">{label}</span>
      <code>{only}</code>
      <p className="hint">
        The only one that this installation may reach. For a GitHub Enterprise Server deploy with{' '}
        <code>-c githubApi=https://HOST/api/v3</code>.
      </p>
    </div>
  );
}

export function ConnectApp({ github }: Props) {
  const { onlyServer: only } = github;
  const [webUrl, setWebUrl] = useState(only ?? github.webUrl);
  const [organization, setOrganization] = useState('');
  const begin = useCommand('beginGitHubApp');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const owner = organization.trim();
    const body = {
      consoleUrl: `${location.origin}/settings`,
      baseUrl: webUrl.trim(),
      ...(owner === '' ? {} : { organization: owner }),
    };
    begin.mutate({ body }, { onSuccess: leaveFor });
  };
  return (
    <form className="form" onSubmit={onSubmit} aria-label="GitHub App">
      <h3>By a GitHub App</h3>
      <p className="muted">
        GitHub makes an App of your own and asks you once. Its tokens are minted for each use, for one
        repository, and end within the hour.
      </p>
      <div className="grid-2">
        <Server only={only} label="GitHub" value={webUrl} onChange={setWebUrl} />
        <TextField
          label="Organization"
          value={organization}
          onChange={setOrganization}
          placeholder="your own account"
          hint="Which the App shall belong to."
          mono
        />
      </div>
      <Problem error={begin.error} />
      <div className="actions">
        <Button kind="primary" type="submit" disabled={begin.isPending || begin.isSuccess}>
          Create GitHub App
        </Button>
      </div>
    </form>
  );
}

export function ConnectToken({ github, onConnected }: Props & { readonly onConnected: () => void }) {
  const { onlyServer: only } = github;
  const [webUrl, setWebUrl] = useState(only ?? github.webUrl);
  const [token, setToken] = useState('');
  const connect = useCommand('connectGitHubToken');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const body = { token: token.trim(), baseUrl: webUrl.trim() };
    // It leaves the page at once, whatever comes of it: it stays nowhere longer than it is needed.
    setToken('');
    connect.mutate({ body }, { onSuccess: onConnected });
  };
  return (
    <form className="form" onSubmit={onSubmit} aria-label="Token">
      <h3>By a token</h3>
      <p className="muted">
        A fine-grained token of your own or of a bot, with Contents, Pull requests, Issues and Commit
        statuses: Read and write. Pull requests then come in that name.
      </p>
      <div className="grid-2">
        <TextField
          label="Token"
          value={token}
          onChange={setToken}
          placeholder="github_pat_…"
          hint="Kept where only the forge reads it; never shown again."
          required
          secret
          mono
        />
        <Server only={only} label="Server" value={webUrl} onChange={setWebUrl} />
      </div>
      <Problem error={connect.error} />
      <div className="actions">
        <a
          href={`${only ?? github.webUrl}/settings/personal-access-tokens/new`}
          target="_blank"
          rel="noreferrer"
          className="button"
        >
          Make one on GitHub
        </a>
        <Button type="submit" disabled={connect.isPending || token.trim() === ''}>
          Connect token
        </Button>
      </div>
    </form>
  );
}
