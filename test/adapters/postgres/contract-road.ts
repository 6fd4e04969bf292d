import { describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { VersionConflict } from '#core/errors.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { Subject } from './contract.ts';
import {
  aDocument,
  aGate,
  aProject,
  aPull,
  aRun,
  aStoredRoad,
  aTask,
  aTicket,
  at,
  later,
  sha,
} from './samples.ts';

export function roadContract(subject: () => Subject): void {
  describe('projects, tickets, documents, gates, tasks and runs', () => {
    it('come back as they were written', async () => {
      const { store } = subject();
      const project = aProject();
      const ticket = aTicket(project.id, 7001, {
        commands: { test: 'npm test -- --run' },
        baseCommit: sha,
        approved: { design: { documentId: newId('document'), hash: sha256('d') } },
      });
      const task = aTask(ticket.id, 'T1', { dependsOn: ['T2'], state: { status: 'done', commit: sha, at } });
      const run = aRun(ticket.id, {
        taskId: task.id,
        state: { status: 'running', startedAt: at, leaseUntil: later },
      });
      const document = aDocument(ticket.id, { runId: run.id });
      const gate = aGate(ticket.id, document.id);
      await store.transaction(async (tx) => {
        await tx.projects.insert(project);
        await tx.tickets.insert(ticket);
        await tx.tasks.insert(task);
        await tx.runs.insert(run);
        await tx.documents.insert(document);
        await tx.gates.insert(gate);
      });
      const { view } = store;
      expect(await view.projects.get(project.id)).toEqual(project);
      expect(await view.projects.byRepo(project.repo)).toEqual(project);
      expect(await view.tickets.get(ticket.id)).toEqual(ticket);
      expect(await view.tickets.byNumber(7001)).toEqual(ticket);
      expect(await view.tasks.get(task.id)).toEqual(task);
      expect(await view.tasks.byKey(ticket.id, 'T1')).toEqual(task);
      expect(await view.runs.get(run.id)).toEqual(run);
      expect(await view.documents.get(document.id)).toEqual(document);
      expect(await view.documents.byRun(run.id)).toEqual(document);
      expect(await view.gates.get(gate.id)).toEqual(gate);
    });

    it('are null where there is none', async () => {
      const { view } = subject().store;
      expect(await view.projects.get(newId('project'))).toBeNull();
      expect(await view.tickets.get(newId('ticket'))).toBeNull();
      expect(await view.documents.latest(newId('ticket'), 'design')).toBeNull();
      expect(await view.pulls.byTicket(newId('ticket'))).toBeNull();
    });

    it('keep what agents write, NUL and lone surrogates included, letter for letter in documents', async () => {
      const { store } = subject();
      const { ticket } = await aStoredRoad(store);
      const body = { text: 'a\u0000b \ud800 \u2028 "\\', order: { z: 1, a: 2 }, nothing: null, list: [] };
      const document = aDocument(ticket.id, { body });
      await store.transaction((tx) => tx.documents.insert(document));
      const stored = await store.view.documents.get(document.id);
      expect(JSON.stringify(stored?.body)).toBe(JSON.stringify(body));
    });

    it('take text with a NUL in a column, which becomes the replacement character', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      const written = await store.transaction((tx) => tx.runs.update({ ...run, feedback: 'log\0end' }));
      expect(written.feedback).toBe('log\uFFFDend');
    });
  });

  describe('an update', () => {
    it('writes the next version and returns the row', async () => {
      const { store } = subject();
      const { ticket } = await aStoredRoad(store);
      const changed: Ticket = { ...ticket, status: 'waiting', waitingFor: 'gate', updatedAt: later };
      const written = await store.transaction((tx) => tx.tickets.update(changed));
      expect(written).toEqual({ ...changed, version: 1 });
      expect(await store.view.tickets.get(ticket.id)).toEqual(written);
    });

    it('of a stale version is refused and changes nothing, in every noun', async () => {
      const { store } = subject();
      const { project, ticket, run } = await aStoredRoad(store);
      const task = aTask(ticket.id, 'T1');
      const document = aDocument(ticket.id);
      const gate = aGate(ticket.id, document.id);
      const pull = await store.transaction(async (tx) => {
        await tx.tasks.insert(task);
        await tx.documents.insert(document);
        await tx.gates.insert(gate);
        await tx.projects.update({ ...project, name: 'first' });
        await tx.tickets.update({ ...ticket, title: 'first' });
        await tx.tasks.update({ ...task, title: 'first' });
        await tx.runs.update({ ...run, turns: 1 });
        await tx.gates.update({ ...gate, token: 'first' });
        const opened = await tx.pulls.open(aPull(ticket.id));
        await tx.pulls.update({ ...opened, title: 'first' });
        return opened;
      });
      const stale = [
        store.transaction((tx) => tx.projects.update({ ...project, name: 'second' })),
        store.transaction((tx) => tx.tickets.update({ ...ticket, title: 'second' })),
        store.transaction((tx) => tx.tasks.update({ ...task, title: 'second' })),
        store.transaction((tx) => tx.runs.update({ ...run, turns: 2 })),
        store.transaction((tx) => tx.gates.update({ ...gate, token: 'second' })),
        store.transaction((tx) => tx.pulls.update({ ...pull, title: 'second' })),
      ];
      const outcomes = await Promise.allSettled(stale);
      expect(
        outcomes.map((one) => one.status === 'rejected' && one.reason instanceof VersionConflict),
      ).toEqual(stale.map(() => true));
      expect((await store.view.projects.get(project.id))?.name).toBe('first');
      expect((await store.view.tickets.get(ticket.id))?.title).toBe('first');
      expect((await store.view.tasks.get(task.id))?.title).toBe('first');
      expect((await store.view.runs.get(run.id))?.turns).toBe(1);
      expect((await store.view.gates.get(gate.id))?.token).toBe('first');
      expect((await store.view.pulls.byTicket(ticket.id))?.title).toBe('first');
    });
  });

  describe('an insert', () => {
    it('of a taken place is refused, and its transaction can go on', async () => {
      const { store } = subject();
      const { project, ticket } = await aStoredRoad(store);
      const refused = await store.transaction(async (tx) => {
        await tx.tasks.insert(aTask(ticket.id, 'T1'));
        await tx.documents.insert(aDocument(ticket.id));
        const names: string[] = [];
        const note = (error: unknown): void => {
          names.push(error instanceof Error ? error.name : 'no error');
        };
        await tx.projects.insert(aProject({ repo: project.repo })).catch(note);
        await tx.tickets.insert(aTicket(project.id, ticket.number)).catch(note);
        await tx.tasks.insert(aTask(ticket.id, 'T1')).catch(note);
        await tx.documents.insert(aDocument(ticket.id)).catch(note);
        return names;
      });
      expect(refused).toEqual(['VersionConflict', 'VersionConflict', 'VersionConflict', 'VersionConflict']);
      expect(await store.view.tasks.list(ticket.id)).toHaveLength(1);
    });

    it('that breaks a rule of the schema leaves nothing of its transaction', async () => {
      const { store } = subject();
      const { project } = await aStoredRoad(store);
      const ticket = aTicket(project.id, 7100);
      const broken = store.transaction(async (tx) => {
        await tx.tickets.insert(ticket);
        await tx.tickets.insert(aTicket(project.id, 7101, { status: 'waiting', waitingFor: null }));
      });
      await expect(broken).rejects.toThrow('tickets_waiting');
      expect(await store.view.tickets.get(ticket.id)).toBeNull();
    });
  });

  describe('lists', () => {
    it('of tickets come newest first, by page, project and status', async () => {
      const { store } = subject();
      const project = aProject();
      await store.transaction(async (tx) => {
        await tx.projects.insert(project);
        for (const number of [8001, 8002, 8003, 8004])
          await tx.tickets.insert(aTicket(project.id, number, number === 8002 ? { status: 'failed' } : {}));
      });
      const numbers = async (filter: Parameters<typeof store.view.tickets.list>[0]): Promise<number[]> =>
        (await store.view.tickets.list({ projectId: project.id, ...filter })).map(({ number }) => number);
      expect(await numbers({})).toEqual([8004, 8003, 8002, 8001]);
      expect(await numbers({ limit: 2 })).toEqual([8004, 8003]);
      expect(await numbers({ before: 8003, limit: 2 })).toEqual([8002, 8001]);
      expect(await numbers({ status: ['failed', 'paused'] })).toEqual([8002]);
    });

    it('of tasks go by the number of their key', async () => {
      const { store } = subject();
      const { ticket } = await aStoredRoad(store);
      await store.transaction(async (tx) => {
        for (const key of ['T10', 'T2', 'T1']) await tx.tasks.insert(aTask(ticket.id, key));
      });
      expect((await store.view.tasks.list(ticket.id)).map(({ key }) => key)).toEqual(['T1', 'T2', 'T10']);
    });

    it('of runs come newest first, by ticket, task, liveness, kind and status', async () => {
      const { store } = subject();
      const { ticket, run } = await aStoredRoad(store);
      const task = aTask(ticket.id, 'T1');
      const held = aRun(ticket.id, {
        state: { status: 'held', reason: 'question', at, startedAt: at },
        createdAt: later,
      });
      const working = aRun(ticket.id, { taskId: task.id, createdAt: later });
      await store.transaction(async (tx) => {
        await tx.tasks.insert(task);
        await tx.runs.insert(held);
        await tx.runs.insert(working);
      });
      const list = async (filter: Parameters<typeof store.view.runs.list>[0]): Promise<string[]> =>
        (await store.view.runs.list(filter)).map(({ id }) => id);
      expect(await list({ ticketId: ticket.id })).toEqual([working.id, held.id, run.id]);
      expect(await list({ ticketId: ticket.id, live: true })).toEqual([working.id, run.id]);
      expect(await list({ taskId: task.id })).toEqual([working.id]);
      expect(await list({ ticketId: ticket.id, status: 'held' })).toEqual([held.id]);
      expect(await list({ ticketId: ticket.id, kind: 'check' })).toEqual([]);
      expect(await list({ ticketId: ticket.id, kind: 'agent', status: 'requested' })).toHaveLength(2);
    });

    it('of gates tell the open and the overdue', async () => {
      const { store } = subject();
      const { ticket } = await aStoredRoad(store);
      const document = aDocument(ticket.id);
      const open = aGate(ticket.id, document.id);
      const overdue = aGate(ticket.id, document.id, { expiresAt: at, openedAt: '2026-11-21T10:00:00.000Z' });
      const decided = aGate(ticket.id, document.id, { state: { status: 'superseded', at }, expiresAt: at });
      await store.transaction(async (tx) => {
        await tx.documents.insert(document);
        for (const gate of [open, overdue, decided]) await tx.gates.insert(gate);
      });
      const ours = (gates: { id: string; ticketId: string }[]): string[] =>
        gates.filter(({ ticketId }) => ticketId === ticket.id).map(({ id }) => id);
      expect(ours(await store.view.gates.list(ticket.id))).toHaveLength(3);
      expect(ours(await store.view.gates.open())).toEqual([overdue.id, open.id]);
      expect(ours(await store.view.gates.due(at))).toEqual([overdue.id]);
    });

    it('of documents end with the newest version, which is also the latest', async () => {
      const { store } = subject();
      const { ticket } = await aStoredRoad(store);
      const [first, second] = [aDocument(ticket.id), aDocument(ticket.id, { version: 2, createdAt: later })];
      await store.transaction(async (tx) => {
        await tx.documents.insert(first);
        await tx.documents.insert(second);
      });
      expect(await store.view.documents.list(ticket.id)).toEqual([first, second]);
      expect(await store.view.documents.latest(ticket.id, 'requirements')).toEqual(second);
    });
  });

  describe('a pull request', () => {
    it('is opened once a ticket, with a number of its own', async () => {
      const { store } = subject();
      const { ticket } = await aStoredRoad(store);
      const pull = aPull(ticket.id);
      const first = await store.transaction((tx) => tx.pulls.open(pull));
      const again = await store.transaction((tx) =>
        tx.pulls.open({ ...pull, id: newId('pull'), title: 'other' }),
      );
      expect(again).toEqual(first);
      expect(first).toEqual({ ...pull, number: first.number });
      expect((await store.view.pulls.list()).filter(({ ticketId }) => ticketId === ticket.id)).toEqual([
        first,
      ]);
    });
  });

  describe('ticket numbers', () => {
    it('are never given twice', async () => {
      const { store } = subject();
      const give = (): Promise<number> => store.transaction((tx) => tx.tickets.nextNumber());
      const numbers = await Promise.all(Array.from({ length: 20 }, give));
      expect(new Set(numbers).size).toBe(20);
    });
  });
}
