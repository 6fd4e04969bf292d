/** The forge called from afar: what each call takes and answers, and the port for callers that hold no credential. */
import { z } from 'zod';
import { ProjectId, Sha } from '../id.ts';
import type { Forge } from './ports.ts';

const repo = z.string();
const branch = z.string().min(1);

/** What each call takes, beside the verb. */
export const forgeCalls = {
  inspect: z.looseObject({ repo, branch: branch.nullable() }),
  mirror: z.looseObject({ repo, projectId: ProjectId, branch: branch.nullable() }),
  push: z.looseObject({ repo, branch, commit: Sha, bundles: z.array(z.string()) }),
  publish: z.looseObject({ repo, branch, into: branch, commit: Sha, text: z.string().min(1) }),
  look: z.looseObject({ repo, number: z.number().int().positive() }),
  diff: z.looseObject({ repo, base: Sha, head: Sha, maxBytes: z.number().int().positive() }),
  merge: z.looseObject({ repo, branch, into: branch, message: z.string() }),
} as const;

const Inspected = z.object({ repo: z.string(), defaultBranch: z.string(), commit: Sha });
const Mirrored = z.object({
  ...{ repo: z.string(), defaultBranch: z.string(), renamedFrom: z.string().nullable() },
  ...{ commit: Sha, bundle: z.string() },
});
const Published = z.object({
  number: z.number().int(),
  url: z.string(),
  draft: z.boolean(),
  draftsRefused: z.boolean(),
});
const Looked = z.object({
  state: z.enum(['open', 'merged', 'closed']),
  mergeCommit: Sha.nullable(),
  by: z.string(),
});

/** The port, where `call` reaches the function that holds the credential and throws what that one threw. */
export function forgeThrough(call: (input: Readonly<Record<string, unknown>>) => Promise<unknown>): Forge {
  const ask = async <S extends z.ZodType>(verb: string, input: object, answer: S): Promise<z.output<S>> =>
    answer.parse(await call({ step: `forge.${verb}`, ...input }));
  return {
    inspect: (repo, branch) => ask('inspect', { repo, branch }, Inspected),
    mirror: (repo, projectId, branch) => ask('mirror', { repo, projectId, branch }, Mirrored),
    push: (request) => ask('push', request, z.object({ branch })),
    publish: async (request) =>
      (await ask('publish', request, z.object({ pull: Published.nullable() }))).pull,
    look: async (repo, number) =>
      (await ask('look', { repo, number }, z.object({ pull: Looked.nullable() }))).pull,
    diff: (repo, base, head, maxBytes) =>
      ask('diff', { repo, base, head, maxBytes }, z.object({ text: z.string(), cut: z.boolean() })),
    merge: (repo, branch, into, message) =>
      ask('merge', { repo, branch, into, message }, z.object({ commit: Sha })),
  };
}
