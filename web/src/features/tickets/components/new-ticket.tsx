/** The form of a new ticket. */
import { type FormEvent, useState } from 'react';
import type { ProjectView, TicketView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { draftOf, keepDraft } from '../../../ui/draft.ts';
import { SelectField, TextField } from '../../../ui/field.tsx';
import { dollarsOf, microsOf } from '../../../ui/format.ts';
import { GateFields, type Gates } from '../../../ui/gate-fields.tsx';

/** As many characters as the API takes. */
const longestTitle = 200;

interface Props {
  readonly projects: readonly ProjectView[];
  readonly projectId: string;
  readonly onCreated: (ticket: TicketView) => void;
}

interface Words {
  readonly title: string;
  readonly description: string;
}

const fields = ['title', 'description'] as const;
const placeOf = (projectId: string, field: keyof Words): string => `ticket.${projectId}.${field}`;

const kept = (projectId: string): Words => ({
  title: draftOf(placeOf(projectId, 'title')),
  description: draftOf(placeOf(projectId, 'description')),
});

function keep(projectId: string, words: Words): void {
  for (const field of fields) keepDraft(placeOf(projectId, field), words[field]);
}

const none: Words = { title: '', description: '' };
const isNone = (words: Words): boolean => fields.every((field) => words[field] === '');

/** The words of a ticket, kept for each project until they are sent. */
function useWords(first: string) {
  const [projectId, setProjectId] = useState(first);
  const [words, setWords] = useState(() => kept(first));
  const write = (part: Partial<Words>): void => {
    setWords({ ...words, ...part });
    keep(projectId, { ...words, ...part });
  };
  // What was begun for the other project is shown; otherwise the words were meant for it and go along.
  const choose = (other: string): void => {
    setProjectId(other);
    const begun = kept(other);
    if (isNone(begun)) {
      keep(projectId, none);
      keep(other, words);
    } else setWords(begun);
  };
  return { projectId, choose, words, write };
}

export function NewTicket({ projects, projectId: first, onCreated }: Props) {
  const { projectId, choose, words, write } = useWords(first);
  const { title, description } = words;
  const project = projects.find(({ id }) => id === projectId);
  const [budget, setBudget] = useState<string | null>(null);
  const [gates, setGates] = useState<Gates | null>(null);
  const submit = useCommand('submitTicket', ({ body }) => keep(body.projectId, none));
  if (project === undefined) return null;
  const tooLong = title.trim().length > longestTitle;
  const budgetText = budget ?? dollarsOf(project.budgetMicros);
  const budgetMicros = microsOf(budgetText);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (budgetMicros === null) return;
    const body = { projectId: project.id, title, description, budgetMicros, gates: gates ?? project.gates };
    submit.mutate({ body }, { onSuccess: onCreated });
  };
  return (
    <form className="form" onSubmit={onSubmit}>
      <SelectField
        label="Project"
        value={projectId}
        options={projects.map(({ id, name }) => [id, name])}
        onChange={choose}
      />
      <TextField
        label="Title"
        value={title}
        onChange={(now) => write({ title: now })}
        placeholder="Let members wait in line for a book"
        error={tooLong ? `At most ${longestTitle} characters; the rest belongs into the description.` : null}
        required
        autoFocus
      />
      <TextField
        label="Description"
        value={description}
        onChange={(now) => write({ description: now })}
        lines={10}
        hint="In plain words, Markdown welcome: what shall be possible, for whom, and what must not change."
      />
      <TextField
        label="Budget in USD"
        value={budgetText}
        onChange={setBudget}
        error={budgetMicros === null ? 'A sum like 10 or 2.50.' : null}
        hint="The ceiling for every model call of this ticket. It stops when it is spent and asks you."
      />
      <GateFields gates={gates ?? project.gates} onChange={setGates} />
      <Problem error={submit.error} />
      <div className="actions">
        <Button kind="primary" type="submit" disabled={submit.isPending || title.trim() === '' || tooLong}>
          Create ticket
        </Button>
      </div>
    </form>
  );
}
