import { expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Forge } from '#core/forge/ports.ts';
import { createForgeSteps } from '#functions/forge/steps.ts';

const commit = 'c'.repeat(40);

function forge(): { steps: ReturnType<typeof createForgeSteps>; calls: unknown[] } {
  const calls: unknown[] = [];
  const never = () => Promise.reject(new Error('not a step'));
  const port: Forge = {
    ...{ inspect: never, diff: never, merge: never, publish: never, look: never },
    mirror: async (...given) => {
      calls.push(given);
      return { ...{ repo: '/r', renamedFrom: null }, defaultBranch: 'main', commit, bundle: 'b' };
    },
    push: async (request) => {
      calls.push(request);
      return { branch: request.branch };
    },
  };
  return { steps: createForgeSteps({ forge: port }), calls };
}

it('mirrors and pushes with exactly what the state machine hands over', async () => {
  const { steps, calls } = forge();
  const projectId = newId('project');
  const mirrored = await steps({ step: 'forge.mirror', key: 'k', repo: '/r', projectId, branch: null });
  expect(mirrored).toEqual({
    ...{ repo: '/r', renamedFrom: null },
    defaultBranch: 'main',
    commit,
    bundle: 'b',
  });
  const pushed = { repo: '/r', branch: 'omoi/TKT-1', commit, bundles: ['x'] };
  expect(await steps({ step: 'forge.push', key: 'k', ...pushed })).toEqual({ branch: 'omoi/TKT-1' });
  expect(calls).toEqual([['/r', projectId, null], pushed]);
});

it('refuses a verb that it does not know and input that does not fit', async () => {
  const { steps, calls } = forge();
  await expect(steps({ step: 'forge.delete' })).rejects.toThrow('There is no step forge.delete.');
  await expect(
    steps({ step: 'forge.push', repo: '/r', branch: 'x', commit: 'HEAD', bundles: [] }),
  ).rejects.toThrow();
  expect(calls).toEqual([]);
});
