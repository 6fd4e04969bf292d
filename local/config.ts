/** How one host on this machine is set up. Built by the CLI from flags and environment; nothing else reads either. */
import { z } from 'zod';
import { Credential } from '#adapters/github/credentials.ts';

export const HostConfig = z.object({
  /** Everything the host keeps: database, blobs, mirrors, sandboxes' folders. */
  dataDir: z.string().min(1),
  /** 0 takes a free port. */
  port: z.number().int().min(0).max(65_535),
  /** A Postgres with pgvector; absent: PGlite in `dataDir`. */
  databaseUrl: z.string().optional(),
  /** A cassette to answer instead of a model. */
  replay: z.string().optional(),
  /** A file to record the model's answers into, as a cassette. */
  record: z.string().optional(),
  /** Which GitHub (absent: github.com); and its credential, when the environment has it: else the console connects one. */
  github: z
    .object({
      apiUrl: z.url(),
      credential: Credential.optional(),
    })
    .optional(),
  anthropic: z.object({ apiKey: z.string().optional(), baseUrl: z.string() }),
  /** The model id for every role. */
  model: z.string().min(1),
  /** Longest time of one of a project's commands (setup, build, lint, test), in seconds; absent: half an hour. */
  checkSeconds: z.number().int().positive().optional(),
  /** Most tasks at work at once on this machine; absent: what suits it. */
  slots: z.number().int().min(1).max(256).optional(),
  /** Toolchains outside the operating system's folders that sandboxes may use, read only. */
  tools: z.array(z.string().min(1)),
  /** The PATH of whoever started the host: commands in sandboxes find what is in view of it. */
  path: z.string(),
  /** Where the build lies: `agent.mjs`, `web/`, `pglite/`. */
  distDir: z.string().min(1),
  /** Who acts on this machine; written into decisions. */
  person: z.string().min(1),
  version: z.string(),
});
export type HostConfig = z.infer<typeof HostConfig>;

/**
 * How many sandboxes suit a machine. They mostly wait for the model, so three share a core; each holds up to a gigabyte
 * while its checks run, and half of the memory is left to everything else. Two at least: one that waits must not stop all.
 */
export function slotsOf(cores: number, memoryBytes: number): number {
  return Math.max(2, Math.min(3 * cores, Math.floor(memoryBytes / 2 / 2 ** 30)));
}

/** 18000: easy to remember, and outside what browsers block and systems give out. */
export const defaultPort = 18_000;
