/** What changed between two versions of a document: by item, and within an item by word. */
import type { DocumentDiffView } from '#core/api/views.ts';
import { Empty, Pending } from '../../../ui/basics.tsx';
import { title } from '../../../ui/format.ts';
import { useDocumentDiff } from '../api/documents.ts';
import { compareWords } from '../words.ts';

type Diff = DocumentDiffView['diff'];
type FieldChange = Diff['fields'][number];
type ItemChange = Diff['items'][number];

export function DocumentDiff({ documentId }: { readonly documentId: string }) {
  const { data, error } = useDocumentDiff(documentId);
  if (data === undefined) return <Pending error={error} />;
  if (data.from === null) {
    return <Empty title="This is the first version.">There is nothing before it to compare it with.</Empty>;
  }
  const { fields, items, reordered } = data.diff;
  if (fields.length + items.length + reordered.length === 0) {
    return (
      <Empty title="Nothing changed.">
        Version {data.to} says the same as version {data.from}.
      </Empty>
    );
  }
  return (
    <div className="doc-diff">
      <p className="muted">
        Version {data.from} → {data.to}: {summary(items, fields)}
      </p>
      {fields.map((field) => (
        <section key={field.name} className="diff-item changed">
          <h2>{words(field.name)}</h2>
          <Change field={field} />
        </section>
      ))}
      {items.map((item) => (
        <Item key={`${item.collection}/${item.id}`} item={item} />
      ))}
      {reordered.map((collection) => (
        <p key={collection} className="muted">
          {words(collection)}: same items in another order
        </p>
      ))}
    </div>
  );
}

function summary(items: readonly ItemChange[], fields: readonly FieldChange[]): string {
  const count = (change: ItemChange['change']): number =>
    items.filter((item) => item.change === change).length;
  const changed = count('changed') + fields.length;
  return `${count('added')} added, ${changed} changed, ${count('removed')} removed`;
}

/** `outOfScope` → `Out of scope`. */
const words = (name: string): string => title(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

function Item({ item }: { readonly item: ItemChange }) {
  return (
    <section className={`diff-item ${item.change}`}>
      <h2>
        <span className="change">{item.change}</span> {item.id}
        <span className="muted"> {words(item.collection)}</span>
      </h2>
      {item.fields.map((field) => (
        <div key={field.name}>
          {item.fields.length > 1 ? <p className="diff-field">{words(field.name)}</p> : null}
          <Change field={field} />
        </div>
      ))}
    </section>
  );
}

function Change({ field }: { readonly field: FieldChange }) {
  const pieces = compareWords(field.before ?? '', field.after ?? '');
  return (
    <p className="words">
      {pieces.map(({ kind, text }, place) => {
        // Pieces are made anew together and have no state of their own: their place names them.
        const key = `${place}`;
        if (kind === 'same') return <span key={key}>{text}</span>;
        return kind === 'added' ? <ins key={key}>{text}</ins> : <del key={key}>{text}</del>;
      })}
    </p>
  );
}
