/** What a host that is to be killed is told, and what it says. */
import { z } from 'zod';
import { type SampleLanguage, samples } from '#local/sample/materialise.ts';

/** Which sample's road is walked. */
export const Language = z.enum(['typescript', 'python'] as const satisfies readonly SampleLanguage[]);
export type Language = z.infer<typeof Language>;
export const sampleOf = (language: Language) => samples[language];

/**
 * One death. A host's `at` counts its commits from 1, in the life that is to end, or names an event that a commit writes;
 * a sandbox's names the turn, `builder/T1/0, turn 2`.
 */
export const Kill = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('host'),
    at: z.union([z.number().int().positive(), z.string()]),
    when: z.enum(['before', 'after']),
  }),
  z.object({
    what: z.literal('sandbox'),
    at: z.string(),
    when: z.enum(['before', 'after']),
  }),
]);
export type Kill = z.infer<typeof Kill>;

export const Plan = z.object({
  dataDir: z.string(),
  callsFile: z.string(),
  language: Language,
  /** Of the host at most one, which ends this life; of sandboxes any number. */
  kills: z.array(Kill),
});
export type Plan = z.infer<typeof Plan>;

export const Said = z.discriminatedUnion('said', [
  z.object({ said: z.literal('open'), url: z.string() }),
  z.object({ said: z.literal('killed'), point: z.string() }),
  z.object({ said: z.literal('closed'), commits: z.number().int(), calls: z.number().int() }),
]);
export type Said = z.infer<typeof Said>;
