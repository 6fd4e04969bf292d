import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { KeyReused, VersionConflict } from '#core/errors.ts';
import type { Subject } from './contract.ts';
import { aStep, aStoredRoad, at, later } from './samples.ts';

export function journalContract(subject: () => Subject): void {
  describe('the journal', () => {
    it('keeps steps in order and tells the last', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      expect(await store.view.journal.last(run.id)).toBe(0);
      for (const seq of [1, 2, 3]) await store.transaction((tx) => tx.journal.append(run.id, aStep(seq)));
      expect(await store.view.journal.last(run.id)).toBe(3);
      expect(await store.view.journal.list(run.id, 1, 10)).toEqual([aStep(2), aStep(3)]);
      expect(await store.view.journal.list(run.id, 0, 1)).toEqual([aStep(1)]);
    });

    it('takes the same step twice as one, even from a later attempt', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      const append = (step: ReturnType<typeof aStep>): Promise<string> =>
        store.transaction((tx) => tx.journal.append(run.id, step));
      expect(await append(aStep(1))).toBe('appended');
      expect(await append(aStep(1))).toBe('already');
      expect(await append({ ...aStep(1), attempt: 2, at: later })).toBe('already');
      expect(await store.view.journal.list(run.id, 0, 10)).toEqual([aStep(1)]);
    });

    it('refuses another body under a taken number', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      await store.transaction((tx) => tx.journal.append(run.id, aStep(1, 'one')));
      const other = store.transaction((tx) => tx.journal.append(run.id, aStep(1, 'other')));
      await expect(other).rejects.toThrow(KeyReused);
      expect(await store.view.journal.list(run.id, 0, 10)).toEqual([aStep(1, 'one')]);
    });

    it('gives back exactly what the model saw', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      const step = aStep(1, '\u0000\u0001 \ud83d\ude00 \udfff \\u0000 \u007f');
      await store.transaction((tx) => tx.journal.append(run.id, step));
      const [stored] = await store.view.journal.list(run.id, 0, 1);
      expect(JSON.stringify(stored)).toBe(JSON.stringify(step));
      expect(await store.transaction((tx) => tx.journal.append(run.id, step))).toBe('already');
    });
  });
}

export function answersContract(subject: () => Subject): void {
  describe('answers by key', () => {
    it('come back as they were stored, whatever JSON they are', async () => {
      const { store } = subject();
      const key = newId('event');
      const answers = [{ a: [1, null] }, 'text', 7, true, null, []];
      await store.transaction(async (tx) => {
        for (const [index, answer] of answers.entries())
          await tx.answers.put('step', `${key}/${index}`, { digest: 'd', answer }, at);
      });
      for (const [index, answer] of answers.entries())
        expect(await store.view.answers.get('step', `${key}/${index}`)).toEqual({ digest: 'd', answer });
      expect(await store.view.answers.get('other', `${key}/0`)).toBeNull();
    });

    it('are never replaced: the second is refused', async () => {
      const { store } = subject();
      const key = newId('event');
      const put = (answer: string): Promise<void> =>
        store.transaction((tx) => tx.answers.put('step', key, { digest: answer, answer }, at));
      await put('first');
      await expect(put('second')).rejects.toThrow(VersionConflict);
      expect((await store.view.answers.get('step', key))?.answer).toBe('first');
    });
  });

  describe('a transaction', () => {
    it('that throws leaves neither rows nor events', async () => {
      const { store } = subject();
      const { run } = await aStoredRoad(store);
      const before = await store.view.outbox.lastCursor();
      const failing = store.transaction(async (tx) => {
        await tx.journal.append(run.id, aStep(1));
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await store.view.journal.last(run.id)).toBe(0);
      expect(await store.view.outbox.lastCursor()).toBe(before);
    });

    it('refuses that its function goes around it', async () => {
      const { store } = subject();
      const around = [
        () => store.transaction(() => store.view.projects.list()),
        () => store.transaction(() => store.transaction(async () => 1)),
      ];
      for (const attempt of around) await expect(attempt()).rejects.toThrow('A transaction is open here');
      expect(await store.transaction(async () => 1)).toBe(1);
    });

    it('returns what its function returns', async () => {
      expect(await subject().store.transaction(async () => 42)).toBe(42);
    });
  });
}
