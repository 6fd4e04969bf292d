/**
 * Makes graphql.json: the part of GitHub's published GraphQL schema that our mutations are checked against.
 *
 * `npm pack @octokit/graphql-schema@15.26.1` in a temporary folder, unpack `schema.json`, then
 * `npx tsx test/support/github/graphql-subset.ts <that file>`. The whole schema is 5 MB, so it is no dependency.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Excerpt } from './graphql-operation.ts';

/** What we call; another mutation is refused by the stand-in. */
const used = ['markPullRequestReadyForReview', 'convertPullRequestToDraft'];

interface Type {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType?: Type | null | undefined;
}
const Type: z.ZodType<Type> = z.lazy(() =>
  z.object({ kind: z.string(), name: z.string().nullable(), ofType: Type.nullish() }),
);
const Input = z.object({ name: z.string(), type: Type });
const Field = z.object({ name: z.string(), type: Type, args: z.array(Input) });
const Schema = z.object({
  __schema: z.object({
    types: z.array(
      z.object({
        ...{ name: z.string(), kind: z.string() },
        fields: z.array(Field).nullable(),
        inputFields: z.array(Input).nullable(),
      }),
    ),
  }),
});
type Field = z.infer<typeof Field>;

/** As the schema's language writes it: `[ID!]!`. */
function written({ kind, name, ofType }: Type): string {
  if (ofType) return kind === 'NON_NULL' ? `${written(ofType)}!` : `[${written(ofType)}]`;
  return name ?? '';
}
const inner = (type: Type): Type => (type.ofType ? inner(type.ofType) : type);
const isLeaf = ({ type }: Field) => ['SCALAR', 'ENUM'].includes(inner(type).kind);

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Which schema.json?');
const { types } = Schema.parse(JSON.parse(await readFile(file, 'utf8'))).__schema;

const inputs: Record<string, Record<string, string>> = {};
const objects: Record<string, Excerpt['objects'][string]> = {};
function keep(name: string, fields: readonly Field[]): void {
  objects[name] = Object.fromEntries(
    fields.map((field) => {
      const args = field.args.map((arg) => [arg.name, written(arg.type)] as const);
      return [field.name, { type: written(field.type), args: Object.fromEntries(args) }] as const;
    }),
  );
  for (const field of fields) {
    for (const { type } of field.args) keepInput(inner(type).name);
    const below = types.find((type) => type.kind === 'OBJECT' && type.name === inner(field.type).name);
    if (!below?.fields || objects[below.name]) continue;
    // Of what a mutation answers everything is kept; below that, what needs no selection of its own.
    const isAnswer = name === 'Mutation';
    keep(below.name, isAnswer ? below.fields : below.fields.filter(isLeaf));
  }
}
function keepInput(name: string | null): void {
  const input = types.find((type) => type.name === name && type.inputFields);
  if (!input?.inputFields) return;
  inputs[input.name] = Object.fromEntries(
    input.inputFields.map((field) => [field.name, written(field.type)]),
  );
}

const mutations = types.find(({ name }) => name === 'Mutation')?.fields ?? [];
keep(
  'Mutation',
  used.map((name) => {
    const field = mutations.find((one) => one.name === name);
    if (!field) throw new Error(`The schema has no ${name}.`);
    return field;
  }),
);
const source =
  "A part of GitHub's GraphQL schema, from @octokit/graphql-schema 15.26.1. Made by graphql-subset.ts.";
const excerpt: Excerpt = { source, objects, inputs };
await writeFile(new URL('graphql.json', import.meta.url), `${JSON.stringify(excerpt)}\n`);
