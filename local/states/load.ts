import type { z } from 'zod';
import { compileState } from './compile.ts';
import { blockSchema, machineSchema, type RawState, stateSchema } from './definition.ts';
import { InvalidMachine, type Issue } from './errors.ts';
import type { Block, Machine, State } from './machine.ts';
import { checkFlow } from './reach.ts';

/**
 * Turns a definition into a machine that can be run, or refuses it with every reason at once. Whatever could only fail
 * when a state is reached (an unknown field, a misspelt Next, a variable nobody assigns) fails here.
 */

/** What the loader knows at a place of the definition. */
export interface Place {
  path: string;
  /** Variables that may be read: those of this block and of the blocks around it. */
  variables: ReadonlySet<string>;
  /** Variables of the blocks around this one; they may be read here, never assigned. */
  outer: ReadonlySet<string>;
  sink: Sink;
}

export interface Sink {
  issues: Issue[];
  functions: Set<string>;
  machines: Set<string>;
}

/** Parses with a schema; complaints go to the sink with their path, and null comes back. */
export function parseAt<S extends z.ZodType>(
  schema: S,
  value: unknown,
  path: string,
  sink: Sink,
): z.output<S> | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const inner = issue.path
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
      .join('');
    const at = `${path}${inner}`.replace(/^\./, '');
    sink.issues.push({ path: at, message: issue.message });
  }
  return null;
}

function assignedIn(state: RawState): string[] {
  const own = 'Assign' in state ? Object.keys(state.Assign ?? {}) : [];
  const caught = 'Catch' in state ? (state.Catch ?? []).flatMap((one) => Object.keys(one.Assign ?? {})) : [];
  const chosen = state.Type === 'Choice' ? state.Choices.flatMap((one) => Object.keys(one.Assign ?? {})) : [];
  return [...own, ...caught, ...chosen];
}

/** Compiles one set of states. A block that does not parse comes back empty, its reasons in the sink. */
export function compileBlock(raw: unknown, place: Place): Block {
  const empty: Block = { startAt: '', states: new Map() };
  const block = parseAt(blockSchema, raw, place.path, place.sink);
  if (!block) return empty;
  const at = (name: string) => `${place.path}.States.${name}`.replace(/^\./, '');
  const states = Object.entries(block.States).flatMap(([name, value]) => {
    const parsed = parseAt(stateSchema, value, at(name), place.sink);
    return parsed ? [[name, parsed] as const] : [];
  });
  const own = new Set(states.flatMap(([, state]) => assignedIn(state)));
  for (const name of own) {
    if (place.outer.has(name))
      place.sink.issues.push({
        path: place.path,
        message: `$${name} is assigned by a block around this one`,
      });
  }
  const variables = new Set([...place.outer, ...own]);
  const compiled = new Map<string, State>();
  for (const [name, state] of states) {
    const inside = { ...place, path: at(name), variables };
    const result = compileState(state, inside);
    if (result) compiled.set(name, result);
  }
  // Flow is only judged where every state could be read: a broken one would look like a dangling end.
  if (compiled.size === Object.keys(block.States).length)
    checkFlow({ startAt: block.StartAt, states: compiled }, place.path, place.sink.issues);
  return { startAt: block.StartAt, states: compiled };
}

/**
 * Loads a definition (parsed JSON) under a name.
 * @throws InvalidMachine with all issues, each with the path of its field
 */
export function load(definition: unknown, name: string): Machine {
  const sink: Sink = { issues: [], functions: new Set(), machines: new Set() };
  const top = parseAt(machineSchema, definition, '', sink);
  if (!top) throw new InvalidMachine(name, sink.issues);
  const { Comment, StartAt, States } = top;
  const place: Place = { path: '', variables: new Set(), outer: new Set(), sink };
  const root = compileBlock({ Comment, StartAt, States }, place);
  if (sink.issues.length > 0) throw new InvalidMachine(name, sink.issues);
  return {
    name,
    root,
    timeout: top.TimeoutSeconds ?? null,
    functions: sink.functions,
    machines: sink.machines,
  };
}
