/** Requirements out of a document's body, as far as the form to change one needs them. Pure. */

export interface Criterion {
  readonly id: string;
  readonly text: string;
  readonly kind: 'example' | 'property';
  readonly hint: string;
}

export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly criteria: readonly Criterion[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const fieldsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Empty for a document of another kind. */
export function requirementsIn(body: unknown): Requirement[] {
  if (!isFields(body)) return [];
  return fieldsIn(body.requirements).map((one) => ({
    id: textOf(one.id),
    title: textOf(one.title),
    text: textOf(one.text),
    criteria: fieldsIn(one.criteria).map((criterion) => ({
      id: textOf(criterion.id),
      text: textOf(criterion.text),
      kind: criterion.kind === 'property' ? 'property' : 'example',
      hint: textOf(criterion.hint),
    })),
  }));
}
