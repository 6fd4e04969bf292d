/** Synths for tests: stand-ins for the bundles, so that nothing has to be built first. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { type Deployment, deploy } from '../../infra/deployment.ts';
import { readSettings } from '../../infra/stages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.infer<typeof Resource> & { readonly id: string; readonly stack: string };
const Template = z.looseObject({ Resources: z.record(z.string(), Resource) });

export interface Synthesized {
  readonly stacks: Deployment;
  readonly resources: readonly Resource[];
  /** Resources of a type. */
  all(type: string): Resource[];
  /** The raw template of a stack. */
  template(stack: string): string;
}

const contextOf = () => {
  const Config = z.object({ context: z.record(z.string(), z.unknown()) });
  return Config.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'))).context;
};

let byDefault: Synthesized | undefined;

/**
 * Synthesizes with the flags of cdk.json, and checks; throws what a synth would end with. What is synthesized without
 * any choice is only read, by several files, and made once a process.
 */
export function synthesize(context?: Readonly<Record<string, string>>): Synthesized {
  if (context !== undefined) return synthesized(context);
  byDefault ??= synthesized({});
  return byDefault;
}

function synthesized(context: Readonly<Record<string, string>>): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'omoi-cdk-'));
  try {
    const app = new App({
      outdir: join(outdir, 'out'),
      context: { ...contextOf(), 'aws:cdk:disable-stack-trace': true },
      analyticsReporting: false,
    });
    const stacks = deploy(app, readSettings(context), {
      root,
      bundles: standIns(join(outdir, 'functions')),
      files: standIn(join(outdir, 'web'), 'index.html'),
      version: '0.0.0',
    });
    const assembly = app.synth();
    const templates = new Map(assembly.stacks.map((one) => [one.id, JSON.stringify(one.template)]));
    const resources = [...templates].flatMap(([stack, template]) =>
      Object.entries(Template.parse(JSON.parse(template)).Resources).map(([id, one]) => ({
        ...one,
        id,
        stack,
      })),
    );
    return {
      stacks,
      resources,
      all: (type) => resources.filter(({ Type }) => Type === type),
      template: (stack) => templates.get(stack) ?? '',
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function standIns(folder: string): string {
  const names = readdirSync(join(root, 'functions'), { withFileTypes: true });
  for (const { name } of names.filter((one) => one.isDirectory())) standIn(join(folder, name), 'index.mjs');
  return folder;
}

function standIn(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), '');
  return folder;
}

/** The product's own functions, not those that CDK adds. */
export const functionsOf = (stage: Synthesized): Resource[] =>
  stage.all('AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName);

/** The name of a function in a stage `dev`, as the folder in functions/ is called. */
export const nameOf = ({ Properties }: Resource): string =>
  String(Properties.FunctionName ?? '').replace('omoios-dev-', '');

/** The variables that a function is given. */
export const environmentOf = ({ Properties }: Resource): Record<string, unknown> =>
  z
    .looseObject({ Variables: z.record(z.string(), z.unknown()).default({}) })
    .parse(Properties.Environment ?? {}).Variables;
