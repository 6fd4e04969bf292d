import type { KeyView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Problem } from '../../../ui/basics.tsx';
import { ConfirmButton } from '../../../ui/dialog.tsx';
import { exact, title } from '../../../ui/format.ts';
import { Scroll } from '../../../ui/scroll.tsx';
import { Time } from '../../../ui/time.tsx';

/** Keys that open something, newest first; what they are is never shown, only how they begin. */
export function KeyList({ keys }: { readonly keys: readonly KeyView[] }) {
  const revoke = useCommand('revokeKey');
  return (
    <>
      <Problem error={revoke.error} />
      <Scroll label="Keys">
        <table className="keys-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Key</th>
              <th scope="col">Role</th>
              <th scope="col">Created</th>
              <th scope="col">Last used</th>
              <th scope="col">Ends</th>
              <th scope="col">
                <span className="visually-hidden">Revoke</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map(({ id, name, prefix, role, createdBy, createdAt, lastUsedAt, expiresAt }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>
                  <code>{prefix}…</code>
                </td>
                <td>{title(role)}</td>
                <td>
                  <Time at={createdAt} /> by {createdBy}
                </td>
                <td>
                  {lastUsedAt === null ? <span className="muted">never</span> : <Time at={lastUsedAt} />}
                </td>
                <td title={exact(expiresAt)}>{expiresAt.slice(0, 10)}</td>
                <td className="end">
                  <ConfirmButton
                    label="Revoke"
                    kind="danger"
                    question={`Revoke the key of ${name}?`}
                    text="Programs that use it are refused, within five minutes at the latest. It cannot be given back."
                    confirm="Revoke key"
                    disabled={revoke.isPending}
                    onConfirm={() => revoke.mutate({ params: { id } })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
