/** What a host that is to be killed is told, and what it says. */
import { z } from 'zod';
import { type SampleLanguage, samples } from '#local/sample/materialise.ts';

/** Which sample's road is walked. */
export const Language = z.enum(['typescript', 'python'] as const satisfies readonly SampleLanguage[]);
export type Language = z.infer<typeof Language>;
export const sampleOf = (language: Language) => samples[language];

/** `at` counts from 1: commits of the host, or calls of the model. A commit can also be named by an event that it writes. */
export const Kill = z.discriminatedUnion('what', [
  z.object({ what: z.literal('nothing') }),
  z.object({
    what: z.literal('host'),
    at: z.union([z.number().int().positive(), z.string()]),
    when: z.enum(['before', 'after']),
  }),
  z.object({
    what: z.literal('sandbox'),
    at: z.number().int().positive(),
    when: z.enum(['before', 'after']),
  }),
]);
export type Kill = z.infer<typeof Kill>;

export const Plan = z.object({
  dataDir: z.string(),
  callsFile: z.string(),
  language: Language,
  kill: Kill,
});
export type Plan = z.infer<typeof Plan>;

export const Said = z.discriminatedUnion('said', [
  z.object({ said: z.literal('open'), url: z.string() }),
  z.object({ said: z.literal('killed'), point: z.string() }),
  z.object({ said: z.literal('closed'), commits: z.number().int(), calls: z.number().int() }),
]);
export type Said = z.infer<typeof Said>;
