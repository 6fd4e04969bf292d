/** The whole environment of a sandbox: three variables, read once and then removed, so that no child inherits them. */
import { z } from 'zod';
import { RunId } from '#core/id.ts';

/** What a sandbox is started with. */
export const SandboxEnvironment = z.object({
  OMOI_GATEWAY_URL: z.url({ protocol: /^https?$/ }),
  OMOI_RUN_ID: RunId,
  OMOI_RUN_TOKEN: z.string().min(1),
});
export type SandboxEnvironment = z.infer<typeof SandboxEnvironment>;

/** Throws a ZodError that names what is missing. `path` is the `PATH` of this process. */
export function takeEnvironment(): { sandbox: SandboxEnvironment; path: string } {
  const sandbox = SandboxEnvironment.parse(process.env);
  for (const name of Object.keys(sandbox)) delete process.env[name];
  return { sandbox, path: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin' };
}

/** The same for a harness that was started ahead: what it is told comes as one line of JSON, and its environment never holds it. */
export function toldInLine(line: string): { sandbox: SandboxEnvironment; path: string } {
  const { PATH: path = '/usr/local/bin:/usr/bin:/bin' } = process.env;
  return { sandbox: SandboxEnvironment.parse(JSON.parse(line)), path };
}
