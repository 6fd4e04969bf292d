/** What a function's code can ask of AWS, read off its sources, as IAM actions; and what its role lets it do. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { aliasesOf, importsOf } from '../tree/arrows.ts';
import { ROOT } from '../tree/files.ts';
import type { Resource } from './synth.ts';

/** IAM's prefix of each client's service. */
const services: Readonly<Record<string, string>> = {
  '@aws-sdk/client-apigatewaymanagementapi': 'execute-api',
  '@aws-sdk/client-bedrock': 'bedrock',
  '@aws-sdk/client-bedrock-runtime': 'bedrock',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-ecs': 'ecs',
  '@aws-sdk/client-eventbridge': 'events',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
};

/** Calls whose permission has another name than the call. */
const named: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:Get': ['dynamodb:GetItem'],
  'dynamodb:Put': ['dynamodb:PutItem'],
  'dynamodb:Delete': ['dynamodb:DeleteItem'],
  'dynamodb:Update': ['dynamodb:UpdateItem'],
  'ecs:RunTask': ['ecs:RunTask', 'iam:PassRole'],
  'execute-api:PostToConnection': ['execute-api:ManageConnections'],
  'lambda:Invoke': ['lambda:InvokeFunction'],
  'sqs:ChangeMessageVisibilityBatch': ['sqs:ChangeMessageVisibility'],
  's3:HeadObject': ['s3:GetObject', 's3:ListBucket'],
};

/** Libraries that make calls of their own. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/rds-signer': ['rds-db:connect'],
  '@anthropic-ai/bedrock-sdk/core/auth': ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
};

const Manifest = z.object({ imports: z.record(z.string(), z.string()) });
const aliases = aliasesOf(Manifest.parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))).imports);

interface Source {
  /** Without what is imported as a type: that asks for nothing. */
  readonly text: string;
  /** What it imports that is no file of the tree. */
  readonly packages: readonly string[];
}

/** Every source that is reached from a file by its imports, itself included. */
function reachedFrom(entry: string): Source[] {
  const seen = new Map<string, Source>();
  const visit = (path: string): void => {
    if (seen.has(path) || !path.endsWith('.ts')) return;
    const text = readFileSync(ROOT + path, 'utf8').replace(/^import type [^;]*;/gm, '');
    const imports = importsOf({ path, text }, aliases);
    const packages = imports.filter(({ target }) => target === undefined).map(({ specifier }) => specifier);
    seen.set(path, { text, packages });
    for (const { target } of imports) if (target !== undefined) visit(target);
  };
  visit(entry);
  return [...seen.values()];
}

/** Every action that the code reached from a file can ask for, by what is imported. */
export function actionsOf(entry: string): Set<string> {
  const all = reachedFrom(entry).flatMap(({ text, packages }) => [
    ...commandsIn(text),
    ...packages.flatMap((one) => libraries[one] ?? []),
  ]);
  return new Set(all);
}

/** Whether the code reached from a file can start a program of the machine. */
export const startsPrograms = (entry: string): boolean =>
  reachedFrom(entry).some(({ packages }) => packages.some((one) => /^(node:)?child_process$/.test(one)));

function commandsIn(text: string): string[] {
  return [...text.matchAll(/import \{([^}]*)\} from '([^']+)'/g)].flatMap(([, names = '', from = '']) => {
    const service = services[from];
    if (service === undefined) return [];
    return [...names.matchAll(/\b([A-Z]\w+)Command\b/g)].flatMap(([, verb = '']) => {
      const call = `${service}:${verb}`;
      return named[call] ?? [call];
    });
  });
}

const many = z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const Statement = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: many,
});
const Policy = z.looseObject({
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
  Roles: z.array(z.object({ Ref: z.string() })).default([]),
});

/** One permission: an action on resources as the template writes them. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** Every permission of a role, from its policies. */
export function permissionsOf(role: string, policies: readonly Resource[]): Permission[] {
  return policies.flatMap(({ Properties }) => {
    const { Roles, PolicyDocument } = Policy.parse(Properties);
    if (!Roles.some(({ Ref }) => Ref === role)) return [];
    return PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => ({ action, resource: JSON.stringify(Resource) })),
    );
  });
}
