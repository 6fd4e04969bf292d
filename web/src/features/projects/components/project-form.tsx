/** One form to connect a project and to change it. */
import { type FormEvent, useState } from 'react';
import type { ProjectView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { SelectField, TextField } from '../../../ui/field.tsx';
import { GateFields } from '../../../ui/gate-fields.tsx';
import { type Draft, draftOf, emptyDraft, faultsOf, nameFromRepo, settingsOf } from '../draft.ts';
import { type Network, networkFault, networkOptions } from '../networks.ts';

interface NetworksProps {
  /** Those that the installation has. */
  readonly networks: readonly Network[];
}

interface FieldsProps extends NetworksProps {
  readonly draft: Draft;
  /** The project's, as it is saved. */
  readonly savedNetwork: Network | null;
  readonly set: (change: Partial<Draft>) => void;
}

interface ConnectProps extends NetworksProps {
  readonly onConnected: (project: ProjectView) => void;
}

export function ConnectProject({ networks, onConnected }: ConnectProps) {
  const [draft, setDraft] = useState(() => emptyDraft(networks));
  const set = (change: Partial<Draft>): void => setDraft((now) => ({ ...now, ...change }));
  const connect = useCommand('connectProject');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const settings = settingsOf(draft);
    const body = { ...settings, name: settings.name ?? '', repo: draft.repo.trim() };
    connect.mutate({ body }, { onSuccess: onConnected });
  };
  return (
    <form className="form" onSubmit={onSubmit}>
      <TextField
        label="Repository"
        value={draft.repo}
        onChange={(repo) => set({ repo })}
        placeholder="owner/name, /home/me/project or https://git.example.org/team/project.git"
        hint="A repository on GitHub, a folder on this machine, or a URL that git can reach. Your working tree is never touched."
        mono
        required
        autoFocus
      />
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => set({ name })}
        placeholder={nameFromRepo(draft.repo) || 'project'}
      />
      <Settings draft={draft} set={set} networks={networks} savedNetwork={null} />
      <Problem error={connect.error} />
      <div className="actions">
        <Button
          kind="primary"
          type="submit"
          disabled={connect.isPending || draft.repo.trim() === '' || isFaulty(draft)}
        >
          Connect project
        </Button>
      </div>
    </form>
  );
}

const isFaulty = (draft: Draft): boolean => Object.values(faultsOf(draft)).some((fault) => fault !== null);

interface EditProps extends NetworksProps {
  readonly project: ProjectView;
}

export function EditProject({ project, networks }: EditProps) {
  const [draft, setDraft] = useState(() => draftOf(project));
  const set = (change: Partial<Draft>): void => setDraft((now) => ({ ...now, ...change }));
  const update = useCommand('updateProject');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    update.mutate({ params: { id: project.id }, body: settingsOf(draft) });
  };
  return (
    <form className="form" onSubmit={onSubmit}>
      <TextField label="Name" value={draft.name} onChange={(name) => set({ name })} required />
      <Settings draft={draft} set={set} networks={networks} savedNetwork={project.network} />
      <Problem error={update.error} />
      <div className="actions">
        <output className="muted">{update.isSuccess ? 'Saved.' : ''}</output>
        <Button kind="primary" type="submit" disabled={update.isPending || isFaulty(draft)}>
          Save changes
        </Button>
      </div>
    </form>
  );
}

const commands = [
  ['setup', 'Setup', 'npm ci'],
  ['build', 'Build', 'npm run build'],
  ['lint', 'Lint', 'npm run lint'],
  ['test', 'Test', 'npm test'],
] as const;

const ceremonies = [
  ['auto', 'As the explorer proposes'],
  ['direct', 'Direct: one task with criteria'],
  ['short', 'Short: requirements and tasks'],
  ['full', 'Full: all phases'],
] as const;

const drafts = [
  ['unproven', 'While a criterion is not proven'],
  ['never', 'Never'],
] as const;

const independents = [
  ['properties', 'Tasks with a property'],
  ['criteria', 'Every task, a run more for each'],
] as const;

function Settings({ draft, set, networks, savedNetwork }: FieldsProps) {
  const faults = faultsOf(draft);
  return (
    <>
      <fieldset>
        <legend>Commands</legend>
        <p className="hint">
          What is left empty the explorer proposes; the platform proves all of them on the base commit. A
          criterion is proven by a test that is told by its name: some runners have to be asked (vitest
          --reporter=verbose, jest --verbose).
        </p>
        <div className="grid-2">
          {commands.map(([name, label, example]) => (
            <TextField
              key={name}
              label={label}
              value={draft[name]}
              onChange={(command) => set({ [name]: command })}
              placeholder={example}
              mono
            />
          ))}
        </div>
      </fieldset>
      <GateFields gates={draft.gates} onChange={(gates) => set({ gates })} />
      <div className="grid-2">
        <TextField
          label="Budget of a ticket in USD"
          value={draft.budget}
          onChange={(budget) => set({ budget })}
          error={faults.budget}
        />
        <TextField
          label="Tasks at work at once, of a ticket"
          value={draft.parallelTasks}
          onChange={(parallelTasks) => set({ parallelTasks })}
          error={faults.parallelTasks}
        />
        <TextField
          label="And of all tickets of the project"
          value={draft.parallelProject}
          onChange={(parallelProject) => set({ parallelProject })}
          error={faults.parallelProject}
        />
        <SelectField
          label="Ceremony"
          value={draft.ceremony}
          options={ceremonies}
          onChange={(ceremony) => set({ ceremony })}
        />
        <SelectField
          label="Network of sandboxes"
          value={draft.network}
          options={networkOptions(networks, savedNetwork)}
          onChange={(network) => set({ network })}
          error={networkFault(networks, draft.network)}
        />
        <SelectField
          label="Pull request as a draft"
          value={draft.draft}
          options={drafts}
          onChange={(policy) => set({ draft: policy })}
        />
        <SelectField
          label="Tests by another run than the author’s"
          value={draft.independent}
          options={independents}
          onChange={(independent) => set({ independent })}
        />
      </div>
      <TextField
        label="Default branch"
        value={draft.defaultBranch}
        onChange={(defaultBranch) => set({ defaultBranch })}
        placeholder="the branch that HEAD names"
        mono
      />
      <TextField
        label="Protected paths"
        value={draft.protectedPaths}
        onChange={(protectedPaths) => set({ protectedPaths })}
        lines={4}
        hint="One glob a line. A change there always stops at a gate."
        mono
      />
    </>
  );
}
