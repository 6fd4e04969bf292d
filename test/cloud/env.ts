/** What the proof takes from whoever starts it. */
import { z } from 'zod';

const Env = z.object({
  /** An emulator that runs already; absent: the script starts one of its own. */
  AWS_ENDPOINT_URL: z.url().optional(),
  /** The Python that makes the virtual environment. */
  PYTHON: z.string().min(1).default('python3'),
});

export const readEnv = () => Env.parse(process.env);

/** The environment of a program: this one's, and what is laid over it. */
export const environmentWith = (
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> => ({ ...process.env, ...more });
