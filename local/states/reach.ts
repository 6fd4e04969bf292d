import type { Issue } from './errors.ts';
import type { Block, State } from './machine.ts';

/** Where a state may go; null stands for an end. */
function exits(state: State): (string | null)[] {
  switch (state.type) {
    case 'Choice':
      return [
        ...state.rules.map((rule) => rule.next),
        ...(state.otherwise === null ? [] : [state.otherwise]),
      ];
    case 'Succeed':
    case 'Fail':
      return [null];
    case 'Pass':
    case 'Wait':
      return [state.next];
    case 'Task':
    case 'Map':
    case 'Parallel':
      return [state.next, ...state.catch.map((one) => one.next)];
    default:
      return state satisfies never;
  }
}

/** Complains of a start or a Next that names nothing, of states nobody reaches, and of a block that cannot end. */
export function checkFlow(block: Block, path: string, issues: Issue[]): void {
  const at = (name: string) => `${path}.States.${name}`.replace(/^\./, '');
  if (!block.states.has(block.startAt)) {
    issues.push({
      path: `${path}.StartAt`.replace(/^\./, ''),
      message: `no state is called ${block.startAt}`,
    });
    return;
  }
  const reached = new Set([block.startAt]);
  let ends = false;
  for (const name of reached) {
    const state = block.states.get(name);
    for (const next of state ? exits(state) : []) {
      if (next === null) ends = true;
      else if (block.states.has(next)) reached.add(next);
      else issues.push({ path: at(name), message: `Next names ${next}, which does not exist` });
    }
  }
  for (const name of block.states.keys()) {
    if (!reached.has(name)) issues.push({ path: at(name), message: 'no state leads here' });
  }
  if (!ends)
    issues.push({ path: path || 'States', message: 'no state ends: there is no End, Succeed or Fail' });
}
