import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { OmoiFunction } from '../../infra/constructs/function.ts';
import { builtFrom } from '../../infra/constructs/image.ts';
import { readSettings } from '../../infra/stages.ts';
import { ROOT } from '../tree/files.ts';

it.each([
  ['containers/agent/Dockerfile', 'dist/agent.mjs'],
  ['containers/forge/Dockerfile', 'dist/functions/forge'],
])('%s copies the one thing of the tree that goes to Docker with it', (file, copied) => {
  const from = [...readFileSync(ROOT + file, 'utf8').matchAll(/^COPY (\S+?)\/? /gm)].map(([, path]) => path);
  expect(from).toEqual([copied]);
  expect(builtFrom(file, copied).exclude).toEqual(['**', `!${file}`, `!${copied}`]);
});

it('a function takes an image that is given, from the registry that it is in', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'one');
  const image = { account: '123456789012', region: 'eu-west-1', repository: 'team/forge', version: 'v2' };
  new OmoiFunction(stack, 'Forge', {
    platform: { settings: readSettings({}), bundles: `${ROOT}functions`, network: undefined },
    ...{ name: 'forge', description: '', environment: {}, store: false, image },
  });
  const [made] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  expect(made?.Properties).toMatchObject({ PackageType: 'Image', Architectures: ['arm64'] });
  expect(made?.Properties).not.toHaveProperty('Runtime');
  expect(JSON.stringify(made?.Properties.Code)).toContain('123456789012.dkr.ecr.eu-west-1');
  expect(JSON.stringify(made?.Properties.Code)).toContain('/team/forge:v2');
});
