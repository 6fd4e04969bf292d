/** A requirement's sentence and criteria, changed in a dialog. */
import { type FormEvent, useState } from 'react';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { SelectField, TextField } from '../../../ui/field.tsx';
import type { Criterion, Requirement } from '../requirement.ts';

interface Props {
  readonly ticketId: string;
  readonly requirement: Requirement;
}

export function EditRequirement({ ticketId, requirement }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="ghost" onClick={() => setOpen(true)}>
        Edit {requirement.id} {requirement.title}
      </Button>
      {open ? (
        <EditDialog ticketId={ticketId} requirement={requirement} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

/** A criterion in the form; one that is new has no id but a key. */
type Row = Criterion & { readonly key: string };

const isEmpty = ({ text }: Row): boolean => text.trim() === '';

function EditDialog({ ticketId, requirement, onClose }: Props & { readonly onClose: () => void }) {
  const [text, setText] = useState(requirement.text);
  const [rows, setRows] = useState<readonly Row[]>(
    requirement.criteria.map((one) => ({ ...one, key: one.id })),
  );
  const change = useCommand('changeRequirement');
  const put = (key: string, part: Partial<Criterion>): void =>
    setRows((now) => now.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = (): void =>
    setRows((now) => [...now, { key: crypto.randomUUID(), id: '', text: '', kind: 'example', hint: '' }]);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const criteria = rows
      .filter((row) => !isEmpty(row))
      .map(({ id, text: words, kind, hint }) => ({
        ...{ text: words, kind },
        ...(id === '' ? {} : { id }),
        ...(hint === '' ? {} : { hint }),
      }));
    const params = { ticket: ticketId, requirement: requirement.id };
    change.mutate({ params, body: { text, criteria } }, { onSuccess: onClose });
  };
  return (
    <Dialog title={`Change ${requirement.id}`} onClose={onClose} className="wide">
      <form onSubmit={onSubmit}>
        <p className="muted">
          Tasks that rest on it begin anew, and cost from the ticket’s budget. What was delivered is brought
          up to date in place.
        </p>
        <TextField
          label="Sentence"
          value={text}
          onChange={setText}
          lines={3}
          hint="One EARS sentence: When …, the … shall …"
          required
        />
        {rows.map((row, place) => (
          <fieldset key={row.key}>
            <legend>{row.id || `New criterion ${place + 1}`}</legend>
            <TextField
              label="Statement"
              value={row.text}
              onChange={(words) => put(row.key, { text: words })}
              lines={2}
            />
            <SelectField
              label="Kind"
              value={row.kind}
              options={[
                ['example', 'Example'],
                ['property', 'Property'],
              ]}
              onChange={(kind) => put(row.key, { kind })}
            />
          </fieldset>
        ))}
        <Button kind="ghost" onClick={add}>
          Add criterion
        </Button>
        <Problem error={change.error} />
        <div className="actions">
          <Button onClick={onClose}>Back</Button>
          <Button kind="primary" type="submit" disabled={change.isPending || rows.every(isEmpty)}>
            Change requirement
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
