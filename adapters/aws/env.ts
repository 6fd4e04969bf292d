/**
 * Environment variables that several functions have in common, as parts of their schemas. The SDK reads some itself
 * (region, endpoint, credentials, `AWS_USE_DUALSTACK_ENDPOINT`); those that a stack must set are named here all the same.
 */
import { z } from 'zod';
import { NetworkPolicy } from '#core/project/project.ts';

const text = z.string().min(1);
const arn = z.string().regex(/^arn:[^:]+:[^:]+:/, 'must be an ARN');
const list = z.string().min(1);
const flag = z.enum(['true', 'false']);

/** What every function has: how it logs, and which kind of endpoint the SDK calls. */
export const everywhere = {
  POWERTOOLS_SERVICE_NAME: text,
  POWERTOOLS_METRICS_NAMESPACE: text,
  POWERTOOLS_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).optional(),
  /** `false` where nothing is traced. */
  POWERTOOLS_TRACE_ENABLED: flag.optional(),
  /** `true` where a subnet has IPv6 only; must not be set beside `AWS_ENDPOINT_URL`, which the SDK refuses. */
  AWS_USE_DUALSTACK_ENDPOINT: flag.optional(),
};

/** The store. */
export const database = {
  /** `postgres://user@host:5432/name`; with a password in it only where `DATABASE_AUTH` says so. */
  DATABASE_URL: z.string().regex(/^postgres(?:ql)?:\/\//, 'must be a postgres:// URL'),
  /** `iam`: a token of `rds-signer` is the password, and TLS is verified with the bundle of RDS. */
  DATABASE_AUTH: z.enum(['iam', 'password']),
};

/** The bus that committed events go to. */
export const bus = { EVENT_BUS_NAME: text };

/** Bundles, checkpoints and logs. */
export const blobs = {
  BLOB_BUCKET: text,
  /** `true` for servers that have no host name for each bucket. */
  BLOB_PATH_STYLE: flag.optional(),
};

/** The one DynamoDB table. */
export const table = { TABLE_NAME: text };

/** The state machines, by role in `core/workflow.ts`. */
export const machines = {
  TICKET_MACHINE_ARN: arn,
  PHASE_MACHINE_ARN: arn,
  TASK_MACHINE_ARN: arn,
  MONITOR_MACHINE_ARN: arn,
};

/** Which model answers. `MODEL_SECRET_ARN` is the key's, and is needed with `anthropic` only. */
export const model = {
  /** The model id as the Messages API or Bedrock knows it. */
  MODEL: text,
  MODEL_UPSTREAM: z.enum(['bedrock', 'anthropic', 'replay']),
  MODEL_SECRET_ARN: arn.optional(),
};

/** Fargate, as seen by who starts, looks at and stops sandboxes. */
export const sandboxes = {
  CLUSTER_ARN: arn,
};

/** Policies of projects that this stage has networks of sandboxes for, separated by commas. */
export const networkPolicies = {
  NETWORK_POLICIES: list.transform((value) => value.split(',')).pipe(z.array(NetworkPolicy)),
};

/** Who signs in. */
export const people = {
  USER_POOL_ID: text,
  USER_POOL_CLIENT_ID: text,
};

/** Names of one kind, separated by commas. */
export const names = list.transform((value) => value.split(',').map((name) => name.trim()));

/** A secret in Secrets Manager by its ARN. */
export const secret = arn;
