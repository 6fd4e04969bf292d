import { executeArguments, invokeArguments, type RawState } from './definition.ts';
import { compile, type Scope } from './expression.ts';
import type { Json } from './json.ts';
import { compileBlock, type Place, parseAt } from './load.ts';
import type { After, Assign, Catcher, Guards, State, TaskState, Template } from './machine.ts';

/** Compiles one parsed state: its expressions, each against what may be read where it stands. */

type Raw<T extends RawState['Type']> = Extract<RawState, { Type: T }>;
type Reads = 'result' | 'errorOutput' | 'token' | 'item';

const reserved = new Set(['states', 'exists', 'merge', 'not']);

function scopeFor(place: Place, reads: readonly Reads[]): Scope {
  const states: Scope['states'] = new Set([
    'input' as const,
    'context' as const,
    ...reads.flatMap((one) => (one === 'result' || one === 'errorOutput' ? [one] : [])),
  ]);
  const context: Scope['context'] = new Set([
    ...(reads.includes('token') ? (['Task.Token'] as const) : []),
    ...(reads.includes('item') ? (['Map.Item.Index', 'Map.Item.Value'] as const) : []),
  ]);
  return { variables: place.variables, states, context };
}

function template(value: Json, field: string, place: Place, reads: readonly Reads[] = []): Template {
  return compile(value, scopeFor(place, reads), (path, message) => {
    const below = path && !path.startsWith('[') ? `.${path}` : path;
    place.sink.issues.push({ path: `${place.path}.${field}${below}`, message });
  });
}

function optional(value: Json | undefined, field: string, place: Place, reads: readonly Reads[] = []) {
  return value === undefined ? null : template(value, field, place, reads);
}

function complain(place: Place, field: string, message: string): void {
  place.sink.issues.push({ path: `${place.path}.${field}`, message });
}

interface RawAfter {
  Assign?: Record<string, Json> | undefined;
  Output?: Json | undefined;
}

function after(raw: RawAfter, place: Place, reads: readonly Reads[], prefix = ''): After {
  const assign: Assign = Object.entries(raw.Assign ?? {}).map(([name, value]) => {
    if (reserved.has(name) || !/^[A-Za-z_]\w*$/.test(name))
      complain(place, `${prefix}Assign.${name}`, 'is no name for a variable');
    return [name, template(value, `${prefix}Assign.${name}`, place, reads)];
  });
  return { assign, output: optional(raw.Output, `${prefix}Output`, place, reads) };
}

function onward(
  raw: { Next?: string | undefined; End?: true | undefined },
  place: Place,
): { next: string | null } {
  if ((raw.Next === undefined) === (raw.End === undefined))
    complain(place, 'Next', 'give either Next or "End": true');
  return { next: raw.Next ?? null };
}

/** `States.ALL` stands alone and last, so that nothing behind it is dead. */
function checkErrors(errors: readonly string[], last: boolean, place: Place, field: string): void {
  if (!errors.includes('States.ALL')) return;
  if (errors.length > 1) complain(place, `${field}.ErrorEquals`, 'States.ALL must stand alone');
  if (!last) complain(place, `${field}.ErrorEquals`, 'States.ALL must come last');
}

function guards(raw: Pick<Raw<'Task'>, 'Retry' | 'Catch'>, place: Place): Guards {
  const retry = raw.Retry ?? [];
  retry.forEach((one, index) => {
    checkErrors(one.ErrorEquals, index === retry.length - 1, place, `Retry[${index}]`);
  });
  const catchers = raw.Catch ?? [];
  const compiled = catchers.map((one, index): Catcher => {
    checkErrors(one.ErrorEquals, index === catchers.length - 1, place, `Catch[${index}]`);
    return {
      errors: one.ErrorEquals,
      next: one.Next,
      ...after(one, place, ['errorOutput'], `Catch[${index}].`),
    };
  });
  return { retry, catch: compiled };
}

function taskState(raw: Raw<'Task'>, place: Place): TaskState | null {
  const token = raw.Resource.endsWith('.waitForTaskToken');
  if (raw.HeartbeatSeconds !== undefined && !token)
    complain(place, 'HeartbeatSeconds', 'only a task that waits for a token has a heartbeat');
  const { TimeoutSeconds: limit, HeartbeatSeconds: beat } = raw;
  if (typeof limit === 'number' && typeof beat === 'number' && beat >= limit)
    complain(place, 'HeartbeatSeconds', 'must be less than TimeoutSeconds');
  const common = {
    type: 'Task' as const,
    ...onward(raw, place),
    ...guards(raw, place),
    ...after(raw, place, ['result']),
    timeout: optional(limit, 'TimeoutSeconds', place),
  };
  if (raw.Resource === 'arn:aws:states:::states:startExecution.sync:2') {
    const call = parseAt(executeArguments, raw.Arguments, `${place.path}.Arguments`, place.sink);
    if (!call) return null;
    place.sink.machines.add(call.StateMachineArn);
    const input = template(call.Input ?? {}, 'Arguments.Input', place);
    const name = optional(call.Name, 'Arguments.Name', place);
    return { ...common, resource: 'execute', target: call.StateMachineArn, name, input };
  }
  const call = parseAt(invokeArguments, raw.Arguments, `${place.path}.Arguments`, place.sink);
  if (!call) return null;
  place.sink.functions.add(call.FunctionName);
  const payload = template(call.Payload, 'Arguments.Payload', place, token ? ['token'] : []);
  if (!token) return { ...common, resource: 'invoke', target: call.FunctionName, payload };
  const heartbeat = optional(beat, 'HeartbeatSeconds', place);
  return { ...common, resource: 'token', target: call.FunctionName, payload, heartbeat };
}

function choiceState(raw: Raw<'Choice'>, place: Place): State {
  const rules = raw.Choices.map((rule, index) => {
    const field = `Choices[${index}]`;
    if (typeof rule.Condition === 'string' && !rule.Condition.trim().startsWith('{%'))
      complain(place, `${field}.Condition`, 'must be true, false or an expression {% … %}');
    return {
      condition: template(rule.Condition, `${field}.Condition`, place),
      next: rule.Next,
      ...after(rule, place, [], `${field}.`),
    };
  });
  return { type: 'Choice', rules, otherwise: raw.Default ?? null, ...after(raw, place, []) };
}

function waitState(raw: Raw<'Wait'>, place: Place): State | null {
  const base = { type: 'Wait' as const, ...onward(raw, place), ...after(raw, place, []) };
  if (raw.Seconds !== undefined && raw.Timestamp === undefined)
    return { ...base, unit: 'seconds', until: template(raw.Seconds, 'Seconds', place) };
  if (raw.Timestamp !== undefined && raw.Seconds === undefined) {
    if (!raw.Timestamp.trim().startsWith('{%') && Number.isNaN(Date.parse(raw.Timestamp)))
      complain(place, 'Timestamp', 'is no instant');
    return { ...base, unit: 'timestamp', until: template(raw.Timestamp, 'Timestamp', place) };
  }
  complain(place, 'Seconds', 'give either Seconds or Timestamp');
  return null;
}

function mapState(raw: Raw<'Map'>, place: Place): State {
  if (typeof raw.Items === 'string' && !raw.Items.trim().startsWith('{%'))
    complain(place, 'Items', 'must be an array or an expression {% … %}');
  const { ProcessorConfig: _inline, ...block } = raw.ItemProcessor;
  return {
    type: 'Map',
    ...onward(raw, place),
    ...guards(raw, place),
    ...after(raw, place, ['result']),
    items: optional(raw.Items, 'Items', place),
    selector: optional(raw.ItemSelector, 'ItemSelector', place, ['item']),
    limit: template(raw.MaxConcurrency ?? 0, 'MaxConcurrency', place),
    processor: compileBlock(block, within(place, 'ItemProcessor')),
  };
}

function within(place: Place, field: string): Place {
  return { ...place, path: `${place.path}.${field}`, outer: place.variables };
}

/** Null when the state cannot be built at all; its reasons are in the sink. */
export function compileState(raw: RawState, place: Place): State | null {
  switch (raw.Type) {
    case 'Task':
      return taskState(raw, place);
    case 'Choice':
      return choiceState(raw, place);
    case 'Pass':
      return { type: 'Pass', ...onward(raw, place), ...after(raw, place, []) };
    case 'Wait':
      return waitState(raw, place);
    case 'Succeed':
      return { type: 'Succeed', ...after(raw, place, []) };
    case 'Fail':
      return {
        type: 'Fail',
        error: template(raw.Error ?? 'States.Failed', 'Error', place),
        cause: template(raw.Cause ?? '', 'Cause', place),
      };
    case 'Map':
      return mapState(raw, place);
    case 'Parallel':
      return {
        type: 'Parallel',
        ...onward(raw, place),
        ...guards(raw, place),
        ...after(raw, place, ['result']),
        argument: optional(raw.Arguments, 'Arguments', place),
        branches: raw.Branches.map((branch, index) =>
          compileBlock(branch, within(place, `Branches[${index}]`)),
        ),
      };
    default:
      return raw satisfies never;
  }
}
