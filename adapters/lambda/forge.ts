/** The forge as those without its credential reach it: each verb is a step of the function that has it. */
import { z } from 'zod';
import type { Forge } from '#core/forge/ports.ts';
import { Sha } from '#core/id.ts';

const Inspected = z.object({ defaultBranch: z.string(), commit: Sha });

/** Throws what the forge throws, and what `invoke` does. */
export function createRemoteForge(invoke: (input: unknown) => Promise<unknown>): Forge {
  const ask = async <S extends z.ZodType>(answer: S, step: string, input: object): Promise<z.output<S>> =>
    answer.parse(await invoke({ step, ...input }));
  return {
    inspect: (repo, branch) => ask(Inspected, 'forge.inspect', { repo, branch }),
    mirror: (repo, projectId, branch) =>
      ask(Inspected.extend({ bundle: z.string() }), 'forge.mirror', { repo, projectId, branch }),
    push: (request) => ask(z.object({ branch: z.string() }), 'forge.push', request),
    diff: (repo, base, head, maxBytes) =>
      ask(z.object({ text: z.string(), cut: z.boolean() }), 'forge.diff', { repo, base, head, maxBytes }),
    merge: (repo, branch, into, message) =>
      ask(z.object({ commit: Sha }), 'forge.merge', { repo, branch, into, message }),
  };
}
