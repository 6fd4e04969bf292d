/** The one place of the CLI that reads the environment. */
import { z } from 'zod';
import { BadUsage } from './exit.ts';

/** An empty variable is one that is not set. */
const text = z
  .string()
  .optional()
  .transform((value) => (value?.trim() ? value.trim() : undefined));

const port = z
  .number('must be a number from 0 to 65535')
  .int('must be a number from 0 to 65535')
  .min(0, 'must be a number from 0 to 65535')
  .max(65_535, 'must be a number from 0 to 65535');

const Variables = z.object({
  ANTHROPIC_API_KEY: text,
  ANTHROPIC_BASE_URL: text.pipe(z.url('must be a URL').optional()),
  DATABASE_URL: text,
  /** A fine-grained token; or the App's id and private key (PEM, or the file that holds it). */
  GITHUB_TOKEN: text,
  GITHUB_APP_ID: text.pipe(z.string().regex(/^\d+$/, 'must be a number').optional()),
  GITHUB_APP_SLUG: text,
  GITHUB_APP_PRIVATE_KEY: text,
  /** The REST API; that of GitHub Enterprise Server ends in /api/v3. */
  GITHUB_API_URL: text.pipe(z.url('must be a URL').optional()),
  GITHUB_WEBHOOK_SECRET: text,
  /** A key of `omoi keys create`, for hosts that ask who calls. */
  OMOI_API_KEY: text,
  OMOI_DATA: text,
  OMOI_PORT: text
    .transform((value) => (value === undefined ? undefined : Number(value)))
    .pipe(port.optional()),
  OMOI_MODEL: text,
  /** Folders of toolchains, in the manner of PATH. */
  OMOI_TOOLS: text,
  OMOI_URL: text.pipe(z.url('must be a URL').optional()),
  /** Where this machine looks for programs. */
  PATH: text,
  /** Set to anything: no colours (no-color.org). */
  NO_COLOR: text,
  /** Set by build servers: no redrawing. */
  CI: text,
});
export type Env = z.output<typeof Variables>;

/** What the environment says. Throws `BadUsage` with the name of a variable that cannot be. */
export function readEnv(variables: Readonly<Record<string, string | undefined>> = process.env): Env {
  const parsed = Variables.safeParse(variables);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadUsage(`The environment variable ${issue?.path.join('.')} ${issue?.message}.`);
}
