import { describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { FoundWork } from '#core/discovery/discovery.ts';
import { VersionConflict } from '#core/errors.ts';
import type { Question } from '#core/run/ports.ts';
import type { Subject } from './contract.ts';
import { anEvidence, aStoredRoad, at, later, sha } from './samples.ts';

export function notesContract(subject: () => Subject): void {
  describe('checkpoints', () => {
    it('of the newest step are the latest, and replaced by their like', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      expect(await store.view.notes.latestCheckpoint(run.id)).toBeNull();
      const checkpoint = { runId: run.id, seq: 4, commit: sha, bundle: 'runs/x/1/checkpoint-4', at };
      await store.transaction(async (tx) => {
        await tx.notes.putCheckpoint(checkpoint);
        await tx.notes.putCheckpoint({ ...checkpoint, seq: 2 });
        await tx.notes.putCheckpoint({ ...checkpoint, bundle: 'again' });
      });
      expect(await store.view.notes.latestCheckpoint(run.id)).toEqual({ ...checkpoint, bundle: 'again' });
    });
  });

  describe('questions', () => {
    it('are answered once', async () => {
      const { store } = subject();
      const { ticket, run } = await aStoredRoad(store);
      const question: Question = {
        id: newId('question'),
        runId: run.id,
        ticketId: ticket.id,
        text: 'Which?',
        options: ['a', 'b'],
        answer: null,
        askedAt: at,
      };
      const answer = (by: string): Promise<void> =>
        store.transaction((tx) => tx.notes.answerQuestion(question.id, { text: 'a', by, at: later }));
      await store.transaction((tx) => tx.notes.insertQuestion(question));
      expect(await store.view.notes.questions({ runId: run.id })).toEqual([question]);
      await answer('ann');
      await expect(answer('bob')).rejects.toThrow(VersionConflict);
      const answered = { ...question, answer: { text: 'a', by: 'ann', at: later } };
      expect(await store.view.notes.getQuestion(question.id)).toEqual(answered);
      expect(await store.view.notes.questions({ ticketId: ticket.id })).toEqual([answered]);
    });
  });

  describe('steering', () => {
    it('stays queued in order until a step carried it', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      await store.transaction(async (tx) => {
        for (const id of ['m2', 'm1', 'm3', 'm1']) await tx.notes.steer(run.id, id, `say ${id}`, at);
      });
      const queued = async (): Promise<string[]> =>
        (await store.view.notes.steering(run.id)).map(({ id }) => id);
      expect(await queued()).toEqual(['m2', 'm1', 'm3']);
      await store.transaction((tx) => tx.notes.delivered(run.id, ['m2', 'unknown'], 3));
      await store.transaction((tx) => tx.notes.delivered(run.id, ['m2', 'm3'], 4));
      await store.transaction((tx) => tx.notes.delivered(run.id, [], 5));
      expect(await store.view.notes.steering(run.id)).toEqual([{ id: 'm1', text: 'say m1' }]);
    });
  });

  describe('discoveries, evidence and setups', () => {
    it('come back as they were stored', async () => {
      const { store } = subject();
      const { project, ticket, run } = await aStoredRoad(store);
      const discovery = {
        id: newId('discovery'),
        ticketId: ticket.id,
        runId: run.id,
        kind: 'bug',
        title: 'Off by one',
        detail: '',
        blocking: true,
        parent: 'T2',
        depth: 1,
        work: FoundWork.parse({ writes: ['src/**'], criteria: [{ text: 'The last day counts once.' }] }),
        decision: { status: 'proposed', gateId: null, message: 'A person decides.' },
        overruled: null,
        at,
      } as const;
      const evidence = anEvidence(ticket.id, run.id);
      const digest = sha256('package-lock.json');
      await store.transaction(async (tx) => {
        await tx.discoveries.insert(discovery);
        await tx.evidence.insert(evidence);
        await tx.setups.put(project.id, digest, 'one', at);
        await tx.setups.put(project.id, digest, 'two', later);
      });
      expect(await store.view.discoveries.list(ticket.id)).toEqual([discovery]);
      const decision = { status: 'refused', guard: 'person', message: 'No.' } as const;
      await store.transaction((tx) => tx.discoveries.decide(discovery.id, 'proposed', decision));
      expect(await store.view.discoveries.list(ticket.id)).toEqual([{ ...discovery, decision }]);
      const again = store.transaction((tx) => tx.discoveries.decide(discovery.id, 'proposed', decision));
      await expect(again).rejects.toThrow(VersionConflict);
      const overruled = { by: 'Ada', at: later, guard: 'person', message: 'No.' } as const;
      const proposed = discovery.decision;
      await store.transaction((tx) => tx.discoveries.overrule(discovery.id, 'refused', proposed, overruled));
      expect(await store.view.discoveries.list(ticket.id)).toEqual([{ ...discovery, overruled }]);
      // What is decided later keeps the word.
      await store.transaction((tx) => tx.discoveries.decide(discovery.id, 'proposed', decision));
      expect(await store.view.discoveries.list(ticket.id)).toEqual([{ ...discovery, decision, overruled }]);
      expect(await store.view.evidence.list(ticket.id)).toEqual([evidence]);
      await store.transaction(async (tx) => {
        await tx.evidence.insert({ ...evidence, id: newId('evidence') });
        expect(await tx.evidence.runs(ticket.id)).toEqual([run.id]);
      });
      expect(await store.view.setups.get(project.id, digest)).toEqual({ blob: 'two' });
      expect(await store.view.setups.get(project.id, sha256('other'))).toBeNull();
    });
  });
}
