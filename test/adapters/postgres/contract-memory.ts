import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { ProjectId } from '#core/id.ts';
import type { Memory } from '#core/run/ports.ts';
import type { Subject } from './contract.ts';
import { aStoredRoad, at } from './samples.ts';

/** 384 dimensions, all weight on one. */
const axis = (dimension: number): number[] =>
  Array.from({ length: 384 }, (_, index) => (index === dimension ? 1 : 0));

const aMemory = (projectId: ProjectId, text: string): Memory => ({
  id: newId('memory'),
  projectId,
  kind: 'learning',
  text,
  runId: null,
  at,
});

export function memoryContract(subject: () => Subject): void {
  describe('memories', () => {
    it('are found by meaning and by words, best first what is good in both', async () => {
      const { store } = subject();
      const { project } = await aStoredRoad(store);
      const both = aMemory(project.id, 'The tests need a running database.');
      const near = aMemory(project.id, 'Start the container first.');
      const spoken = aMemory(project.id, 'A database test is slow.');
      const neither = aMemory(project.id, 'Indent with tabs.');
      await store.transaction(async (tx) => {
        await tx.memories.insert(neither, axis(9), 'ngram');
        await tx.memories.insert(spoken, axis(8), 'ngram');
        await tx.memories.insert(near, [...axis(1).slice(0, 383), 0.1], 'ngram');
        await tx.memories.insert(both, axis(1), 'ngram');
      });
      const find = (model: string, limit: number): Promise<Memory[]> =>
        store.view.memories.search(project.id, 'running database tests', axis(1), model, limit);
      const found = await find('ngram', 3);
      expect(found[0]).toEqual(both);
      expect(found.map(({ id }) => id)).toContain(spoken.id);
      expect(await find('ngram', 1)).toEqual([both]);
      // Vectors of another model are never compared: only words count.
      expect((await find('bedrock', 10)).map(({ id }) => id)).toEqual([both.id, spoken.id]);
    });

    it('belong to their project', async () => {
      const { store } = subject();
      const [mine, other] = [await aStoredRoad(store), await aStoredRoad(store)];
      await store.transaction((tx) =>
        tx.memories.insert(aMemory(other.project.id, 'secret'), axis(1), 'ngram'),
      );
      expect(await store.view.memories.search(mine.project.id, 'secret', axis(1), 'ngram', 5)).toEqual([]);
    });

    it('are searched by text of any shape', async () => {
      const { store } = subject();
      const { project } = await aStoredRoad(store);
      for (const text of ['', ' & | ! (', "it's : * <->", 'the of', 'ü漢\0'])
        expect(await store.view.memories.search(project.id, text, axis(1), 'ngram', 5)).toEqual([]);
    });

    it('are listed newest first from any place on, and removed once', async () => {
      const { store } = subject();
      const { project } = await aStoredRoad(store);
      const made = ['one', 'two', 'three'].map((text) => aMemory(project.id, text));
      await store.transaction(async (tx) => {
        for (const memory of made) await tx.memories.insert(memory, axis(1), 'ngram');
      });
      const texts = async (limit: number, before: Memory | null) =>
        (await store.view.memories.list(project.id, limit, before?.id ?? null)).map(({ text }) => text);
      expect(await texts(2, null)).toEqual(['three', 'two']);
      expect(await texts(2, made[1] ?? null)).toEqual(['one']);
      const remove = () =>
        store.transaction(async (tx) => tx.memories.remove(made[2]?.id ?? newId('memory')));
      expect(await remove()).toEqual(made[2]);
      expect(await remove()).toBeNull();
      expect(await texts(9, null)).toEqual(['two', 'one']);
    });
  });
}
