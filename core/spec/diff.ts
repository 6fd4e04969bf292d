/**
 * What changed between two versions of a document, by ids, for the person at the gate.
 *
 * Items are matched by id, never by place: a moved item is no change, only its collection is said to be reordered.
 */
import { z } from 'zod';
import { canonical, type DocumentBody, DocumentKind } from './document.ts';

/** A field of an item as readable text before and after; null where the field was not there. */
export const FieldChange = z.object({
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** One item: `collection` is the field of the document it stands in, `id` its id, name, title, path or own text. */
export const ItemChange = z.object({
  change: z.enum(['added', 'removed', 'changed']),
  collection: z.string(),
  id: z.string(),
  fields: z.array(FieldChange),
});
export type ItemChange = z.infer<typeof ItemChange>;

/** `fields` are those of the document itself. Empty all over means that the two say the same. */
export const DocumentDiff = z.object({
  kind: DocumentKind,
  fields: z.array(FieldChange),
  items: z.array(ItemChange),
  reordered: z.array(z.string()),
});
export type DocumentDiff = z.infer<typeof DocumentDiff>;

type Fields = Readonly<Record<string, unknown>>;

/** An item by its id. */
interface Item {
  readonly id: string;
  readonly fields: Fields;
}

/** A document taken apart: its own fields, and its collections in the order in which they are shown. */
interface Parts {
  readonly fields: Fields;
  readonly collections: Readonly<Record<string, readonly Item[]>>;
}

/** Compares two versions of the same kind; without an earlier version everything is added. */
export function diffDocuments(before: DocumentBody | undefined, after: DocumentBody): DocumentDiff {
  const now = partsOf(after);
  const old = before?.kind === after.kind ? partsOf(before) : undefined;
  const names = Object.keys(now.collections);
  return {
    kind: after.kind,
    fields: compareFields(old?.fields ?? {}, now.fields),
    items: names.flatMap((name) =>
      compareItems(name, old?.collections[name] ?? [], now.collections[name] ?? []),
    ),
    reordered: names.filter((name) => isReordered(old?.collections[name] ?? [], now.collections[name] ?? [])),
  };
}

/** Whether a diff shows nothing at all. */
export function isUnchanged({ fields, items, reordered }: DocumentDiff): boolean {
  return fields.length + items.length + reordered.length === 0;
}

function partsOf(document: DocumentBody): Parts {
  switch (document.kind) {
    case 'exploration': {
      const { keyFiles, stack, conventions, risks, questions, ...fields } = document.body;
      const files = keyed(keyFiles, ({ path, ...rest }) => [path, rest]);
      const lists = { stack: lines(stack), conventions: lines(conventions), risks: lines(risks) };
      return { fields, collections: { keyFiles: files, ...lists, questions: lines(questions) } };
    }
    case 'requirements': {
      const { requirements, outOfScope, assumptions, ...fields } = document.body;
      const own = keyed(requirements, ({ id, criteria: _, ...rest }) => [id, rest]);
      const under = requirements.flatMap(({ criteria }) => criteria);
      const criteria = keyed(under, ({ id, ...rest }) => [id, rest]);
      const lists = { outOfScope: lines(outOfScope), assumptions: lines(assumptions) };
      return { fields, collections: { requirements: own, criteria, ...lists } };
    }
    case 'design': {
      const { components, interfaces, dataModels, diagrams, errors, security, decisions, ...fields } =
        document.body;
      const collections = {
        components: keyed(components, ({ name, ...rest }) => [name, rest]),
        interfaces: keyed(interfaces, ({ name, ...rest }) => [name, rest]),
        dataModels: keyed(dataModels, ({ name, ...rest }) => [name, rest]),
        diagrams: keyed(diagrams, ({ title, ...rest }) => [title, rest]),
        errors: lines(errors),
        security: lines(security),
        decisions: keyed(decisions, ({ title, ...rest }) => [title, rest]),
      };
      return { fields, collections };
    }
    case 'plan': {
      const { tasks, ...fields } = document.body;
      return { fields, collections: { tasks: keyed(tasks, ({ key, ...rest }) => [key, rest]) } };
    }
  }
}

/** Items by id; a name that stands twice gets a number from the second on, so that nothing is lost. */
function keyed<T>(values: readonly T[], split: (value: T) => [string, Fields]): Item[] {
  const times = new Map<string, number>();
  return values.map((value) => {
    const [id, fields] = split(value);
    const time = (times.get(id) ?? 0) + 1;
    times.set(id, time);
    return { id: time === 1 ? id : `${id} (${time})`, fields };
  });
}

/** A list of sentences: each is its own id, so a reworded one is one removed and one added. */
function lines(values: readonly string[]): Item[] {
  return keyed(values, (value) => [value, {}]);
}

function compareItems(collection: string, before: readonly Item[], after: readonly Item[]): ItemChange[] {
  const old = new Map(before.map(({ id, fields }) => [id, fields]));
  const now = new Set(after.map(({ id }) => id));
  const kept = after.flatMap(({ id, fields }): ItemChange[] => {
    const was = old.get(id);
    const changes = compareFields(was ?? {}, fields);
    if (was && changes.length === 0) return [];
    return [{ change: was ? 'changed' : 'added', collection, id, fields: changes }];
  });
  const gone = before
    .filter(({ id }) => !now.has(id))
    .map(({ id, fields }): ItemChange => {
      return { change: 'removed', collection, id, fields: compareFields(fields, {}) };
    });
  return [...kept, ...gone];
}

function compareFields(before: Fields, after: Fields): FieldChange[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((name) => {
    const [old, now] = [readable(before[name]), readable(after[name])];
    return old === now ? [] : [{ name, before: old, after: now }];
  });
}

/** Text as it is; a list of texts as lines; anything else as canonical JSON. */
function readable(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  return canonical(value);
}

function isReordered(before: readonly Item[], after: readonly Item[]): boolean {
  const [old, now] = [new Set(before.map(({ id }) => id)), new Set(after.map(({ id }) => id))];
  const left = before.filter(({ id }) => now.has(id));
  const right = after.filter(({ id }) => old.has(id));
  return left.some(({ id }, place) => right[place]?.id !== id);
}
