import jsonata from 'jsonata';
import { z } from 'zod';
import { type Json, toJson } from './json.ts';
import type { Bindings, Template } from './machine.ts';

/**
 * JSONata, cut down to what every engine evaluates alike: paths, comparison, `&`, `and`, `or`, `$not`, `$exists`, `$merge`,
 * `? :`, literals and constructors. The rest of the language is refused when the machine is loaded.
 */

/** What may be read where an expression stands. */
export interface Scope {
  variables: ReadonlySet<string>;
  /** Fields of `$states` that hold something here. */
  states: ReadonlySet<'input' | 'result' | 'errorOutput' | 'context'>;
  /** Fields of `$states.context` beyond those that always hold something. */
  context: ReadonlySet<'Task.Token' | 'Map.Item.Index' | 'Map.Item.Value'>;
}

/** An expression that could not be evaluated, or gave nothing. Its name is the error's name in ASL. */
export class QueryError extends Error {
  override readonly name = 'States.QueryEvaluationError';
}

const comparisons = new Set(['=', '!=', '<', '>', '<=', '>=', '&', 'and', 'or']);
const functions = new Set(['exists', 'merge', 'not']);
const contextFields = new Set([
  'Execution.Id',
  'Execution.Name',
  'Execution.Input',
  'Execution.StartTime',
  'State.Name',
  'State.EnteredTime',
  'State.RetryCount',
  'StateMachine.Name',
  'StateMachine.Id',
]);

const node = z.looseObject({ type: z.string(), value: z.unknown().optional() });
const pathNode = z.strictObject({
  type: z.literal('path'),
  position: z.number().optional(),
  value: z.unknown().optional(),
  steps: z.array(z.unknown()).min(1),
});
const leafNode = z.strictObject({
  type: z.string(),
  value: z.unknown().optional(),
  position: z.number().optional(),
});
const nameNode = z.strictObject({
  type: z.literal('name'),
  value: z.string(),
  position: z.number().optional(),
});
const binaryNode = z.looseObject({ value: z.string(), lhs: z.unknown(), rhs: z.unknown() });
const conditionNode = z.looseObject({
  condition: z.unknown(),
  // biome-ignore lint/suspicious/noThenProperty: the parser calls it so
  then: z.unknown(),
  else: z.unknown().optional(),
});
const callNode = z.looseObject({
  procedure: z.looseObject({ type: z.string(), value: z.unknown().optional() }),
  arguments: z.array(z.unknown()),
});
const arrayNode = z.looseObject({ expressions: z.array(z.unknown()) });
const objectNode = z.looseObject({ lhs: z.array(z.tuple([z.unknown(), z.unknown()])) });

/** Problems of one expression, in words; empty when it may be run. */
type Problems = string[];

function checkVariable(name: unknown, steps: readonly string[], scope: Scope): Problems {
  if (typeof name !== 'string' || name === '' || name === '$')
    return ['`$` and `$$` mean nothing here: begin with $states or a variable'];
  if (name !== 'states') return scope.variables.has(name) ? [] : [`$${name} is assigned nowhere before this`];
  const [field, ...rest] = steps;
  if (field === undefined) return ['name a field of $states'];
  if (field === 'context') return checkContext(rest.join('.'), scope);
  const known = [...scope.states].some((one) => one === field);
  return known ? [] : [`$states.${field} holds nothing here`];
}

function checkContext(path: string, scope: Scope): Problems {
  const allowed = [...contextFields, ...scope.context];
  const fits = allowed.some((one) => path === one || path.startsWith(`${one}.`));
  return fits ? [] : [`$states.context.${path} is not supported here`];
}

function checkPath(raw: unknown, scope: Scope): Problems {
  const path = pathNode.safeParse(raw);
  if (!path.success) return ['filters, sorting, grouping and wildcards are outside of the subset'];
  const [first, ...rest] = path.data.steps;
  const names = z.array(nameNode).safeParse(rest);
  if (!names.success) return ['a path is made of names only'];
  const head = leafNode.safeParse(first);
  if (!head.success || head.data.type !== 'variable') return ['a path begins with $states or a variable'];
  return checkVariable(
    head.data.value,
    names.data.map((step) => step.value),
    scope,
  );
}

function checkCall(raw: unknown, scope: Scope): Problems {
  const call = callNode.parse(raw);
  const name = call.procedure.type === 'variable' ? String(call.procedure.value) : '';
  if (!functions.has(name))
    return [`function ${name ? `$${name}` : ''} is outside of the subset ($exists, $merge, $not)`];
  if (call.arguments.length !== 1) return [`$${name} takes one argument`];
  return check(call.arguments[0], scope);
}

function checkConstructor(raw: unknown, operator: unknown, scope: Scope): Problems {
  if (operator === '[') return arrayNode.parse(raw).expressions.flatMap((item) => check(item, scope));
  if (operator !== '{') return [`operator ${String(operator)} is outside of the subset`];
  return objectNode.parse(raw).lhs.flatMap(([key, value]) => {
    const literal = leafNode.safeParse(key);
    if (!literal.success || literal.data.type !== 'string') return ['keys of an object must be literal'];
    return check(value, scope);
  });
}

function check(raw: unknown, scope: Scope): Problems {
  const { type, value } = node.parse(raw);
  switch (type) {
    case 'string':
    case 'number':
    case 'value':
      return leafNode.safeParse(raw).success ? [] : ['a filter on a literal is outside of the subset'];
    case 'variable':
      return leafNode.safeParse(raw).success
        ? checkVariable(value, [], scope)
        : ['filters are outside of the subset'];
    case 'path':
      return checkPath(raw, scope);
    case 'binary': {
      const { value: operator, lhs, rhs } = binaryNode.parse(raw);
      if (!comparisons.has(operator)) return [`operator ${operator} is outside of the subset`];
      return [...check(lhs, scope), ...check(rhs, scope)];
    }
    case 'condition': {
      const branch = conditionNode.parse(raw);
      if (branch.else === undefined) return ['`? :` needs both values'];
      return [branch.condition, branch.then, branch.else].flatMap((part) => check(part, scope));
    }
    case 'function':
      return checkCall(raw, scope);
    case 'unary':
      return checkConstructor(raw, value, scope);
    case 'block': {
      const inner = arrayNode.parse(raw).expressions;
      return inner.length === 1
        ? check(inner[0], scope)
        : ['a sequence of expressions is outside of the subset'];
    }
    default:
      return [`${type} is outside of the subset`];
  }
}

/** `a ?: b` and `a ?? b` parse to the same tree as a condition, but other engines do not know them. */
function hasShorthand(source: string): boolean {
  return /\?\s*[?:]/.test(source.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "''"));
}

function messageOf(error: unknown): string {
  // jsonata throws plain objects with a message, not always Errors.
  const shaped = z.looseObject({ message: z.string() }).safeParse(error);
  return shaped.success ? shaped.data.message : String(error);
}

/** An expression with its tree as plain data. */
interface Parsed {
  readonly expression: jsonata.Expression;
  readonly tree: unknown;
}

/** By source: machines say the same few things in many places, and parsing is most of what loading them takes. */
const parsed = new Map<string, Parsed>();

/** Throws what jsonata throws. */
function parse(source: string): Parsed {
  const known = parsed.get(source);
  if (known) return known;
  const expression = jsonata(source);
  // The parser's nodes inherit its internals; as JSON only what was written remains.
  const fresh = { expression, tree: JSON.parse(JSON.stringify(expression.ast())) };
  parsed.set(source, fresh);
  return fresh;
}

function compileExpression(source: string, scope: Scope): { template: Template } | { problems: Problems } {
  let compiled: Parsed;
  try {
    compiled = parse(source);
  } catch (error) {
    return { problems: [`does not parse: ${messageOf(error)}`] };
  }
  const { expression, tree } = compiled;
  const problems = check(tree, scope);
  if (hasShorthand(source)) problems.push('`?:` and `??` are outside of the subset');
  if (problems.length > 0) return { problems };
  const run = (bindings: Bindings) => expression.evaluate(undefined, { ...bindings });
  return { template: { kind: 'expression', source, run } };
}

/** Compiles a value whose strings may be expressions; each problem comes with the path below the value. */
export function compile(
  value: Json,
  scope: Scope,
  complain: (path: string, message: string) => void,
  path = '',
): Template {
  const literal: Template = { kind: 'literal', value };
  if (typeof value === 'string') {
    const text = value.trim();
    if (!text.startsWith('{%')) return literal;
    if (!text.endsWith('%}')) complain(path, 'an expression that begins with {% must end with %}');
    const outcome = compileExpression(text.slice(2, -2).trim(), scope);
    if ('template' in outcome) return outcome.template;
    for (const problem of outcome.problems) complain(path, `${problem} (in ${text})`);
    return literal;
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compile(item, scope, complain, `${path}[${index}]`));
    return items.every((item) => item.kind === 'literal') ? literal : { kind: 'array', items };
  }
  if (value === null || typeof value !== 'object') return literal;
  const fields = Object.entries(value).map(
    ([key, field]) => [key, compile(field, scope, complain, path ? `${path}.${key}` : key)] as const,
  );
  return fields.every(([, field]) => field.kind === 'literal') ? literal : { kind: 'object', fields };
}

/** The value of a template. Nothing (JSONata's undefined) is an error wherever a whole expression gives it. */
export async function evaluate(template: Template, bindings: Bindings): Promise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'array':
      return Promise.all(template.items.map((item) => evaluate(item, bindings)));
    case 'object': {
      const fields = template.fields.map(
        async ([key, field]) => [key, await evaluate(field, bindings)] as const,
      );
      return Object.fromEntries(await Promise.all(fields));
    }
    case 'expression':
      return run(template, bindings);
    default:
      return template satisfies never;
  }
}

async function run(template: Extract<Template, { kind: 'expression' }>, bindings: Bindings): Promise<Json> {
  let value: unknown;
  try {
    value = await template.run(bindings);
  } catch (error) {
    throw new QueryError(`${template.source}: ${messageOf(error)}`);
  }
  if (value === undefined || typeof value === 'function')
    throw new QueryError(`${template.source}: the expression gave nothing`);
  return toJson(value);
}
