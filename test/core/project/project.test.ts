import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConnectProject, SubmitTicket, UpdateProject } from '#core/api/requests.ts';
import { routes } from '#core/api/routes.ts';
import { ids } from '#core/id.ts';
import { Commands, defaultBudgetMicros, defaultGates, GatePolicy } from '#core/project/project.ts';
import { idOf } from '../rows.ts';

test('by default people decide on requirements and design', () => {
  expect(GatePolicy.parse(defaultGates)).toEqual({
    explore: 'off',
    requirements: 'human',
    design: 'human',
    tasks: 'auto',
  });
  expect(defaultBudgetMicros).toBe(10_000_000);
});

test('a command is absent or says something', () => {
  expect(Commands.parse({})).toEqual({});
  expect(Commands.safeParse({ test: '' }).success).toBe(false);
});

test('a misspelt field of a request is refused, never ignored', () => {
  const project = { name: 'Shop', repo: '/srv/shop' };
  expect(ConnectProject.safeParse(project).success).toBe(true);
  for (const extra of [{ comands: {} }, { commands: { tests: 'x' } }, { gates: { designs: 'off' } }])
    expect(ConnectProject.safeParse({ ...project, ...extra }).success).toBe(false);
  expect(UpdateProject.safeParse({ repo: '/srv/other' }).success).toBe(false);
  expect(SubmitTicket.safeParse({ projectId: idOf('project'), title: 'T', budget: 1 }).success).toBe(false);
});

test('an id of one kind is never one of another', () => {
  const kinds = Object.entries(ids);
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.constantFrom(...kinds),
      fc.nat(),
      ([a, schema], [b], number) => {
        const id = `${b}_${String(number).padStart(26, '0')}`;
        expect(schema.safeParse(id).success).toBe(a === b);
      },
    ),
  );
});

test('every route has its own verb and path, below /v1', () => {
  const all = Object.values(routes);
  expect(new Set(all.map(({ method, path }) => `${method} ${path}`)).size).toBe(all.length);
  for (const { path } of all) expect(path).toMatch(/^\/v1\//);
});
