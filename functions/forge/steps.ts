/** The Task states that need the forge's credential and git, and no store. Both may be called again with the same input. */
import { z } from 'zod';
import { InvalidInput } from '#core/errors.ts';
import type { Forge } from '#core/forge/ports.ts';
import { ProjectId, Sha } from '#core/id.ts';

const Mirror = z.looseObject({ repo: z.string(), projectId: ProjectId, branch: z.string().nullable() });

const Push = z.looseObject({
  repo: z.string(),
  branch: z.string().min(1),
  commit: Sha,
  bundles: z.array(z.string()),
});

type Verb = (forge: Forge, input: unknown) => Promise<unknown>;

/** What the state machines call, by verb. */
export const forgeVerbs: Readonly<Record<string, Verb>> = {
  'forge.mirror': (forge, input) => {
    const { repo, projectId, branch } = Mirror.parse(input);
    return forge.mirror(repo, projectId, branch);
  },
  'forge.push': (forge, input) => {
    const { repo, branch, commit, bundles } = Push.parse(input);
    return forge.push({ repo, branch, commit, bundles });
  },
};

/** The one entrance: `{step, …}` in, small JSON out. */
export function createForgeSteps(deps: { readonly forge: Forge }): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const { step } = z.looseObject({ step: z.string() }).parse(input);
    const verb = Object.hasOwn(forgeVerbs, step) ? forgeVerbs[step] : undefined;
    if (!verb) throw new InvalidInput(`There is no step ${step}.`);
    return verb(deps.forge, input);
  };
}
