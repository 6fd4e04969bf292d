/**
 * A document is an immutable version of what a phase wrote, named by the hash of its content.
 *
 * The hash is taken over a canonical text, so that the same content has the same hash whatever road it took
 * (model output, Postgres `jsonb`, an HTTP answer): approvals are bound to it.
 */
import { z } from 'zod';
import type { Digest } from '#core/id.ts';
import type { DocumentKind } from '#core/ticket/ticket.ts';
import { Design } from './design.ts';
import { Exploration } from './exploration.ts';
import { TaskPlan } from './plan.ts';
import { Requirements } from './requirements.ts';

export { DocumentKind } from '#core/ticket/ticket.ts';

/** The schema of each kind of document. */
export const documentSchemas = {
  exploration: Exploration,
  requirements: Requirements,
  design: Design,
  plan: TaskPlan,
} as const;

/** What a document of kind K holds. */
export type DocumentOf<K extends DocumentKind> = z.infer<(typeof documentSchemas)[K]>;

/** A document with its kind: what is stored, shown, evaluated and compared. */
export const DocumentBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exploration'), body: Exploration }),
  z.object({ kind: z.literal('requirements'), body: Requirements }),
  z.object({ kind: z.literal('design'), body: Design }),
  z.object({ kind: z.literal('plan'), body: TaskPlan }),
]);
export type DocumentBody = z.infer<typeof DocumentBody>;

/** The phase that writes each kind. */
export const phaseOfKind = {
  exploration: 'explore',
  requirements: 'requirements',
  design: 'design',
  plan: 'tasks',
} as const satisfies Record<DocumentKind, string>;

/** The kinds that a document of each kind is built on; those a ticket's size leaves out are simply not there. */
export const upstreamOfKind = {
  exploration: [],
  requirements: ['exploration'],
  design: ['exploration', 'requirements'],
  plan: ['exploration', 'requirements', 'design'],
} as const satisfies Record<DocumentKind, readonly DocumentKind[]>;

/** The JSON schema of a kind as a tool's input: fields with a default may be left out. */
export function documentJsonSchema(kind: DocumentKind): Record<string, unknown> {
  return { ...z.toJSONSchema(documentSchemas[kind], { io: 'input' }) };
}

/**
 * The one text of a JSON value: keys sorted by UTF-16 code unit at every level, no white space, `undefined` members
 * left out. Arrays keep their order: it is content.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

/** The content hash of a document. `digest` is SHA-256 of the text as UTF-8, in lowercase hex; the core has no crypto. */
export function contentHash(body: DocumentOf<DocumentKind>, digest: (text: string) => Digest): Digest {
  return digest(canonical(body));
}
