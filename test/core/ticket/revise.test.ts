import { describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { InvalidInput } from '#core/errors.ts';
import { consumersOf } from '#core/events/catalogue.ts';
import { defaultGates } from '#core/project/project.ts';
import { contentHash, type DocumentOf } from '#core/spec/document.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { newTask } from '#core/task/plan.ts';
import { decideTask, type Task } from '#core/task/task.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { reviseRequirements, type Standing } from '#core/ticket/revise.ts';
import type { DocumentKind, Ticket } from '#core/ticket/ticket.ts';
import { design, exploration, plan, requirements } from '#test/core/spec/samples.ts';

const at = '2026-03-01T10:00:00.000Z';
const ticketId = newId('ticket');
const reviser = { by: 'ada', at, newId, digest: sha256 };

const row = <K extends DocumentKind>(kind: K, body: DocumentOf<K>): DocumentRow => ({
  ...{ id: newId('document'), ticketId, kind, version: 1, hash: contentHash(body, sha256), body },
  ...{ upstream: {}, runId: null, createdAt: at },
});

function standing(change: (task: Task) => Task): Standing {
  const documents = [
    row('exploration', exploration),
    row('requirements', requirements),
    row('design', design),
    row('plan', plan),
  ];
  const approved = Object.fromEntries(
    documents.map(({ id, kind, hash }) => [kind, { documentId: id, hash }]),
  );
  const ticket: Ticket = {
    ...{
      id: ticketId,
      number: 1,
      projectId: newId('project'),
      title: 'Coupons in the cart',
      description: 'x',
    },
    ...{ phase: 'execution', status: 'running', waitingFor: null, ceremony: 'full', gates: defaultGates },
    ...{ tainted: false, branch: 'omoi/TKT-1', baseCommit: null, headCommit: null, baseBundle: null },
    ...{
      branchBundle: null,
      commands: {},
      verification: 'verified',
      approved,
      reason: null,
      nameless: false,
    },
    ...{
      executionToken: 't',
      hold: null,
      source: null,
      reopened: 0,
      version: 3,
      createdAt: at,
      updatedAt: at,
    },
  };
  const tasks = plan.tasks.map((task) =>
    change(newTask(task, { id: newId('task'), ticketId, origin: 'plan', at })),
  );
  return { ticket, documents, tasks, gates: [], runs: [] };
}

const running = (task: Task) =>
  decideTask(decideTask(task, { type: 'makeReady' }, at), { type: 'start' }, at);

/** The requirements with one word changed. */
const edited = (from: string, to: string) =>
  Requirements.parse(JSON.parse(JSON.stringify(requirements).replaceAll(from, to)));

describe('a change of requirements', () => {
  it('re-opens the task that claims the changed criterion, and stops its execution', () => {
    const before = standing(running);
    const revision = reviseRequirements(before, edited('900 cents', '901 cents'), reviser);
    expect(revision.tasks.map(({ key, state }) => [key, state.status])).toEqual([['T2', 'pending']]);
    expect(revision.tasks[0]?.feedback).toMatch(
      /\n- REQ-[\d.]+ said: “[^”]*900 cents[^”]*” It says now: “[^”]*901 cents/,
    );
    const reopened = revision.events.find(({ type }) => type === 'task.reopened.v1');
    expect(reopened?.data).toMatchObject({ key: 'T2', execution: `task-${before.tasks[1]?.id}-1` });
    expect(consumersOf('task.reopened.v1')).toContain('workflow');
    expect(revision.ticket.approved.requirements?.hash).toBe(revision.documents[0]?.hash);
  });

  it('writes the new requirements and the plan on them as approved versions', () => {
    const revision = reviseRequirements(standing(running), edited('900 cents', '901 cents'), reviser);
    expect(revision.documents.map(({ kind, version }) => [kind, version])).toEqual([
      ['requirements', 2],
      ['plan', 2],
    ]);
    expect(revision.documents[1]?.upstream.requirements).toBe(revision.documents[0]?.hash);
  });

  it('leaves what has not begun to read the new words by itself', () => {
    const revision = reviseRequirements(
      standing((task) => task),
      edited('900 cents', '901 cents'),
      reviser,
    );
    expect(revision.tasks).toEqual([]);
    expect(revision.events.map(({ type }) => type)).not.toContain('task.reopened.v1');
  });

  it('gives criteria of a requirement that nobody works on a task of their own', () => {
    const [, second] = requirements.requirements;
    const third = {
      ...second,
      ...{
        id: 'REQ-3',
        ears: 'event',
        title: 'Name the coupon',
        text: 'When a coupon is applied, the cart shall show its name.',
      },
      criteria: [
        { id: 'REQ-3.1', text: 'The line of SAVE10 reads "SAVE10"', kind: 'example', hint: 'Call lines()' },
      ],
    };
    const after = Requirements.parse({
      ...requirements,
      requirements: [...requirements.requirements, third],
    });
    const { added, tasks } = reviseRequirements(standing(running), after, reviser);
    expect(added.map(({ key, criteria, origin }) => [key, criteria, origin])).toEqual([
      ['T3', ['REQ-3.1'], 'revision'],
    ]);
    expect(tasks).toEqual([]);
  });

  it('refuses requirements that break a rule, and a ticket without any', () => {
    expect(() => reviseRequirements(standing(running), edited('shall', 'should'), reviser)).toThrow(
      InvalidInput,
    );
    const early = standing(running);
    const none = { ...early, ticket: { ...early.ticket, approved: {} } };
    expect(() => reviseRequirements(none, requirements, reviser)).toThrow('no approved requirements');
  });
});
