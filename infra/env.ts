/** What the CDK CLI tells an app through the environment. Everything else comes as context. */
import { z } from 'zod';

const Env = z.object({ CDK_DEFAULT_REGION: z.string().optional() });

/** The region of the CLI's profile; undefined when there is none, as in a synth without credentials. */
export const readEnv = () => {
  const { CDK_DEFAULT_REGION } = Env.parse(process.env);
  return { region: CDK_DEFAULT_REGION || undefined };
};
