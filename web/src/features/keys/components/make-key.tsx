/** Making a key: it is on the page this once, until the person leaves it or makes another. */
import { type FormEvent, useState } from 'react';
import type { NewKeyView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { SelectField, TextField } from '../../../ui/field.tsx';
import { exact } from '../../../ui/format.ts';

const roles = [
  ['viewer', 'Viewer'],
  ['approver', 'Approver'],
  ['admin', 'Admin'],
] as const;

const may = {
  viewer: 'May read.',
  approver: 'Writes tickets, decides at gates.',
  admin: 'May everything.',
} as const;

const terms = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
] as const;

export function MakeKey() {
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof roles)[number][0]>('approver');
  const [days, setDays] = useState<(typeof terms)[number][0]>('90');
  const make = useCommand('createKey');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const body = { name: name.trim(), role, days: Number(days) };
    make.mutate({ body }, { onSuccess: () => setName('') });
  };
  return (
    <>
      {make.data === undefined ? null : <Made made={make.data} />}
      <form className="form" onSubmit={onSubmit} aria-label="New key">
        <div className="grid-3">
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            placeholder="ci"
            hint="What it acts as, in decisions and events."
            required
          />
          <SelectField label="Role" value={role} options={roles} onChange={setRole} hint={may[role]} />
          <SelectField label="Good for" value={days} options={terms} onChange={setDays} />
        </div>
        <Problem error={make.error} />
        <div className="actions">
          <Button type="submit" disabled={make.isPending || name.trim() === ''}>
            Make key
          </Button>
        </div>
      </form>
    </>
  );
}

function Made({ made }: { readonly made: NewKeyView }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(made.key).then(() => setCopied(true));
  return (
    <div className="made-key" role="status">
      <p>
        <strong>{made.name}</strong> until {exact(made.expiresAt)}. This is the only time its key is shown.
      </p>
      <p className="made-key-line">
        <code>{made.key}</code>
        <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>
      </p>
    </div>
  );
}
