/** The forge as those without its credential reach it: each verb is a step of the function that has it. */
import { forgeThrough } from '#core/forge/calls.ts';
import type { Forge } from '#core/forge/ports.ts';

/** Throws what the forge throws, and what `invoke` does. */
export function createRemoteForge(invoke: (input: unknown) => Promise<unknown>): Forge {
  return forgeThrough(invoke);
}
