/**
 * Reads one GraphQL operation and compares it with an excerpt of the published schema: fields, selections, arguments
 * and variables with their types. It knows as much of the language as our calls need, and refuses the rest.
 */
import { z } from 'zod';

/** Types as the schema's language writes them: `ID!`, `[Label!]`. */
export interface Excerpt {
  readonly source: string;
  readonly objects: Readonly<Record<string, Readonly<Record<string, ObjectField>>>>;
  readonly inputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
interface ObjectField {
  readonly type: string;
  readonly args: Readonly<Record<string, string>>;
}

type Value =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'object'; readonly fields: Named }
  | { readonly kind: 'String' | 'Int' | 'Boolean'; readonly value: unknown };
type Named = ReadonlyMap<string, Value>;
interface Field {
  readonly name: string;
  readonly args: Named;
  readonly selection: readonly Field[];
}
interface Operation {
  readonly verb: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly selection: readonly Field[];
}

/** What is wrong with an operation, as GitHub would say it. */
export class NotInSchema extends Error {
  override readonly name = 'NotInSchema';
}
const refuse = (what: string): never => {
  throw new NotInSchema(what);
};

/** The one mutation that is asked for and its arguments with the variables put in. Throws `NotInSchema`. */
export function readMutation(excerpt: Excerpt, query: string, variables: Readonly<Record<string, unknown>>) {
  const { verb, variables: declared, selection } = parse(query);
  if (verb !== 'mutation') refuse(`${verb} is not in the excerpt`);
  for (const [name, type] of declared)
    if (type.endsWith('!') && variables[name] === undefined)
      refuse(`Variable $${name} of type ${type} is missing`);
  for (const [name, value] of Object.entries(variables)) {
    const type = declared.get(name) ?? refuse(`Variable $${name} is not declared`);
    if (!fits(type, value)) refuse(`Variable $${name} is no ${type}`);
  }
  const scope = { excerpt, declared, variables, used: new Set<string>() };
  checkSelection(scope, 'Mutation', selection);
  for (const name of declared.keys())
    if (!scope.used.has(name)) refuse(`Variable $${name} is declared but not used`);
  const [mutation] = selection;
  if (!mutation || selection.length > 1) return refuse('The stand-in carries out one mutation at a time');
  return { name: mutation.name, args: resolve(scope, mutation.args) };
}

interface Scope {
  readonly excerpt: Excerpt;
  readonly declared: ReadonlyMap<string, string>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly used: Set<string>;
}

function checkSelection(scope: Scope, type: string, selection: readonly Field[]): void {
  for (const { name, args, selection: below } of selection) {
    const field =
      scope.excerpt.objects[type]?.[name] ?? refuse(`Field '${name}' doesn't exist on type '${type}'`);
    checkNamed(scope, `Field '${name}'`, field.args, args);
    const inner = field.type.replaceAll(/[[\]!]/g, '');
    const isObject = scope.excerpt.objects[inner] !== undefined;
    if (isObject && below.length === 0) refuse(`Field '${name}' of type ${inner} needs a selection`);
    if (!isObject && below.length > 0) refuse(`Field '${name}' of type ${inner} takes no selection`);
    if (isObject) checkSelection(scope, inner, below);
  }
}

function checkNamed(
  scope: Scope,
  whose: string,
  wanted: Readonly<Record<string, string>>,
  given: Named,
): void {
  for (const [name, type] of Object.entries(wanted))
    if (type.endsWith('!') && !given.has(name)) refuse(`${whose} is missing ${name}: ${type}`);
  for (const [name, value] of given) {
    const type = wanted[name] ?? refuse(`${whose} doesn't accept ${name}`);
    checkValue(scope, `${whose}, ${name}`, type, value);
  }
}

function checkValue(scope: Scope, where: string, type: string, value: Value): void {
  const bare = type.replace(/!$/, '');
  if (value.kind === 'variable') {
    scope.used.add(value.name);
    const declared = scope.declared.get(value.name) ?? refuse(`Variable $${value.name} is not declared`);
    if (declared !== type && declared !== `${bare}!`)
      refuse(`${where}: $${value.name} is ${declared}, not ${type}`);
  } else if (value.kind === 'object') {
    const fields = scope.excerpt.inputs[bare] ?? refuse(`${where}: ${type} is no input object`);
    checkNamed(scope, bare, fields, value.fields);
  } else if (!fits(type, value.value)) refuse(`${where}: a ${value.kind} is no ${type}`);
}

/** Whether JSON can be the scalar; other types come as variables in none of our calls. */
function fits(type: string, value: unknown): boolean {
  if (value === null || value === undefined) return !type.endsWith('!');
  const bare = type.replace(/!$/, '');
  if (bare === 'ID' || bare === 'String') return typeof value === 'string';
  if (bare === 'Boolean') return typeof value === 'boolean';
  return bare === 'Int' && Number.isInteger(value);
}

function resolve(scope: Scope, named: Named): Record<string, unknown> {
  const plain = (value: Value): unknown => {
    if (value.kind === 'variable') return scope.variables[value.name];
    return value.kind === 'object' ? resolve(scope, value.fields) : value.value;
  };
  return Object.fromEntries([...named].map(([name, value]) => [name, plain(value)]));
}

/** Commas are blanks in this language. */
const lexeme = /[\s,]*([A-Za-z_]\w*|\$[A-Za-z_]\w*|-?\d+|"(?:[^"\\\n]|\\.)*"|[{}()[\]:!])/y;

function parse(text: string): Operation {
  const tokens: string[] = [];
  const trimmed = text.replace(/[\s,]+$/, '');
  lexeme.lastIndex = 0;
  for (let at = 0; at < trimmed.length; at = lexeme.lastIndex) {
    const [, token] =
      lexeme.exec(trimmed) ?? refuse(`Parse error at ${JSON.stringify(trimmed.slice(at, at + 20))}`);
    tokens.push(token ?? '');
  }
  return operationOf(new Tokens(tokens));
}

class Tokens {
  readonly #rest: string[];
  constructor(tokens: readonly string[]) {
    this.#rest = [...tokens];
  }
  get next(): string {
    return this.#rest[0] ?? '';
  }
  take(pattern: RegExp, what: string): string {
    const token = this.#rest.shift() ?? '';
    return pattern.test(token)
      ? token
      : refuse(`Parse error: ${what} expected, not ${JSON.stringify(token)}`);
  }
  /** What stands between two brackets, one after another. */
  between<T>(open: string, close: string, one: () => T): T[] {
    const found: T[] = [];
    if (this.next !== open) return found;
    this.#rest.shift();
    do found.push(one());
    while (this.next !== close && this.next !== '');
    this.take(/./, close);
    return found;
  }
}

const word = /^[A-Za-z_]/;

function operationOf(tokens: Tokens): Operation {
  const verb = tokens.take(/^(mutation|query)$/, 'an operation');
  if (word.test(tokens.next)) tokens.take(word, 'a name');
  const variables = tokens.between('(', ')', () => {
    const name = tokens.take(/^\$/, 'a variable').slice(1);
    tokens.take(/^:$/, 'a colon');
    return [name, typeOf(tokens)] as const;
  });
  const selection = tokens.between('{', '}', () => fieldOf(tokens));
  if (tokens.next !== '') refuse(`Parse error: nothing expected, not ${JSON.stringify(tokens.next)}`);
  return { verb, variables: new Map(variables), selection };
}

function typeOf(tokens: Tokens): string {
  const name = tokens.take(word, 'a type');
  if (tokens.next !== '!') return name;
  return name + tokens.take(/^!$/, 'an exclamation mark');
}

function fieldOf(tokens: Tokens): Field {
  const name = tokens.take(word, 'a field');
  const args = new Map(tokens.between('(', ')', () => namedOf(tokens)));
  return { name, args, selection: tokens.between('{', '}', () => fieldOf(tokens)) };
}

function namedOf(tokens: Tokens): readonly [string, Value] {
  const name = tokens.take(word, 'a name');
  tokens.take(/^:$/, 'a colon');
  return [name, readValue(tokens)];
}

function readValue(tokens: Tokens): Value {
  if (tokens.next === '{')
    return { kind: 'object', fields: new Map(tokens.between('{', '}', () => namedOf(tokens))) };
  const token = tokens.take(/^(\$|"|-?\d|true$|false$)/, 'a value');
  if (token.startsWith('$')) return { kind: 'variable', name: token.slice(1) };
  const value: unknown = JSON.parse(token);
  return {
    kind: typeof value === 'string' ? 'String' : typeof value === 'number' ? 'Int' : 'Boolean',
    value,
  };
}

const Types = z.record(z.string(), z.string());
/** The file that `graphql-subset.ts` writes. */
export const Excerpt: z.ZodType<Excerpt> = z.object({
  source: z.string(),
  objects: z.record(z.string(), z.record(z.string(), z.object({ type: z.string(), args: Types }))),
  inputs: z.record(z.string(), Types),
});
