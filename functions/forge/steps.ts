/**
 * What needs the forge's credential and git, and no store: Task states of the state machines, and the rest of the port
 * for callers that hold no credential (the API). All may be called again with the same input.
 */
import { z } from 'zod';
import { InvalidInput } from '#core/errors.ts';
import { forgeCalls } from '#core/forge/calls.ts';
import { connectionCalls, type GitHubConnection } from '#core/forge/connection.ts';
import type { Forge } from '#core/forge/ports.ts';

type Verb = (forge: Forge, input: unknown) => Promise<unknown>;

/** What the state machines call, by verb; an execution's key comes beside the input. */
export const forgeVerbs: Readonly<Record<string, Verb>> = {
  'forge.mirror': (forge, input) => {
    const { repo, projectId, branch } = forgeCalls.mirror.parse(input);
    return forge.mirror(repo, projectId, branch);
  },
  'forge.push': (forge, input) => {
    const { repo, branch, commit, bundles } = forgeCalls.push.parse(input);
    return forge.push({ repo, branch, commit, bundles });
  },
  'forge.publish': async (forge, input) => {
    const { repo, branch, into, commit, text } = forgeCalls.publish.parse(input);
    return { branch, pull: await forge.publish({ repo, branch, into, commit, text }) };
  },
};

/** What the API calls, which holds no credential. */
const forgeActs: Readonly<Record<string, Verb>> = {
  'forge.inspect': (forge, input) => {
    const { repo, branch } = forgeCalls.inspect.parse(input);
    return forge.inspect(repo, branch);
  },
  'forge.look': async (forge, input) => {
    const { repo, number } = forgeCalls.look.parse(input);
    return { pull: await forge.look(repo, number) };
  },
  'forge.diff': (forge, input) => {
    const { repo, base, head, maxBytes } = forgeCalls.diff.parse(input);
    return forge.diff(repo, base, head, maxBytes);
  },
  'forge.merge': (forge, input) => {
    const { repo, branch, into, message } = forgeCalls.merge.parse(input);
    return forge.merge(repo, branch, into, message);
  },
};

/** Connecting GitHub, for the API: what these answer has no secret in it. */
function connecting(github: GitHubConnection): Readonly<Record<string, Verb>> {
  return {
    'github.standing': () => github.standing(),
    'github.connect-app': (_forge, input) => github.connectApp(connectionCalls.app.parse(input)),
    'github.connect-token': (_forge, input) => github.connectToken(connectionCalls.token.parse(input)),
    'github.disconnect': (_forge, input) => github.disconnect(connectionCalls.disconnect.parse(input)),
  };
}

interface ForgeStepsDeps {
  readonly forge: Forge;
  /** Absent where the API and the credential are in one process. */
  readonly github?: GitHubConnection;
}

/** The one entrance: `{step, …}` in, small JSON out. */
export function createForgeSteps(deps: ForgeStepsDeps): (input: unknown) => Promise<unknown> {
  const table = { ...forgeVerbs, ...forgeActs, ...(deps.github && connecting(deps.github)) };
  return async (input) => {
    const { step } = z.looseObject({ step: z.string() }).parse(input);
    const verb = Object.hasOwn(table, step) ? table[step] : undefined;
    if (!verb) throw new InvalidInput(`There is no step ${step}.`);
    return verb(deps.forge, input);
  };
}
