import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentDiff, diffDocuments, isUnchanged } from '#core/spec/diff.ts';
import { type DocumentBody, DocumentBody as schema } from '#core/spec/document.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { design, directExploration, exploration, plan, requirements } from './samples.ts';

const documents: DocumentBody[] = [
  { kind: 'exploration', body: exploration },
  { kind: 'requirements', body: requirements },
  { kind: 'design', body: design },
  { kind: 'plan', body: plan },
];

/** The changes in short: `+` added, `-` removed, `~` changed, with the names of the fields. */
function short({ items }: DocumentDiff): string[] {
  const signs = { added: '+', removed: '-', changed: '~' };
  return items.map(({ change, collection, id, fields }) => {
    const names = change === 'changed' ? `: ${fields.map(({ name }) => name).join(', ')}` : '';
    return `${signs[change]} ${collection} ${id}${names}`;
  });
}

function requirementsDiff(after: unknown): DocumentDiff {
  const body = Requirements.parse(after);
  return diffDocuments({ kind: 'requirements', body: requirements }, { kind: 'requirements', body });
}

describe('the diff of two versions', () => {
  it.each(documents)('is empty for the same $kind', (document) => {
    const diff = diffDocuments(document, schema.parse(JSON.parse(JSON.stringify(document))));
    expect(diff).toEqual({ kind: document.kind, fields: [], items: [], reordered: [] });
    expect(isUnchanged(diff)).toBe(true);
  });

  it('names the changed fields of a requirement and of a criterion, with their text before and after', () => {
    const [one, two] = requirements.requirements;
    const [first, second] = one?.criteria ?? [];
    const { hint: _, ...bare } = { ...second };
    const changed = {
      ...one,
      priority: 'could',
      criteria: [{ ...first, text: 'SAVE10 lowers 500 to 450' }, bare],
    };
    const diff = requirementsDiff({ ...requirements, requirements: [changed, two] });
    expect(diff.items).toEqual([
      {
        change: 'changed',
        collection: 'requirements',
        id: 'REQ-1',
        fields: [{ name: 'priority', before: 'must', after: 'could' }],
      },
      {
        change: 'changed',
        collection: 'criteria',
        id: 'REQ-1.1',
        fields: [
          {
            name: 'text',
            before: 'SAVE10 lowers 1000 cents to 900 cents',
            after: 'SAVE10 lowers 500 to 450',
          },
        ],
      },
      {
        change: 'changed',
        collection: 'criteria',
        id: 'REQ-1.2',
        fields: [{ name: 'hint', before: 'Any cart, any coupon', after: null }],
      },
    ]);
  });

  it('shows a requirement that goes and one that comes, with their criteria', () => {
    const [one, two] = requirements.requirements;
    const added = { ...two, id: 'REQ-3', criteria: [{ ...two?.criteria[0], id: 'REQ-3.1' }] };
    expect(short(requirementsDiff({ ...requirements, requirements: [one, added] }))).toEqual([
      '+ requirements REQ-3',
      '- requirements REQ-2',
      '+ criteria REQ-3.1',
      '- criteria REQ-2.1',
    ]);
  });
});

describe('items of a diff', () => {
  it('are not changed by moving; their collection is reordered instead: the diff names it', () => {
    const diff = requirementsDiff({
      ...requirements,
      requirements: [...requirements.requirements].reverse(),
    });
    expect(diff).toEqual({
      kind: 'requirements',
      fields: [],
      items: [],
      reordered: ['requirements', 'criteria'],
    });
    expect(isUnchanged(diff)).toBe(false);
  });

  it('that are sentences of a list are removed and added', () => {
    expect(short(requirementsDiff({ ...requirements, assumptions: ['Two coupons a cart'] }))).toEqual([
      '+ assumptions Two coupons a cart',
      '- assumptions One coupon a cart',
    ]);
  });
});

describe('the diff of each kind', () => {
  it('shows the fields of the document itself', () => {
    const before: DocumentBody = { kind: 'exploration', body: exploration };
    const diff = diffDocuments(before, { kind: 'exploration', body: directExploration });
    expect(diff.fields.map(({ name, before: old }) => [name, old])).toEqual([
      ['size', 'full'],
      ['direct', null],
    ]);
    const retold = { ...exploration, commands: { test: 'npm run test' } };
    expect(diffDocuments(before, { kind: 'exploration', body: retold }).fields).toEqual([
      { name: 'commands', before: '{"setup":"npm ci","test":"npm test"}', after: '{"test":"npm run test"}' },
    ]);
  });

  it('matches components by name and tasks by key', () => {
    const [book, cart] = design.components;
    const components = [
      { ...book, name: 'Coupon register' },
      { ...cart, files: ['src/cart/sum.ts'] },
    ];
    const body = schema.parse({ kind: 'design', body: { ...design, components } });
    expect(short(diffDocuments({ kind: 'design', body: design }, body))).toEqual([
      '+ components Coupon register',
      '~ components Cart: files',
      '- components Coupon book',
    ]);
    const tasks = plan.tasks.map((task) => ({ ...task, estimateMinutes: 60 }));
    expect(short(diffDocuments({ kind: 'plan', body: plan }, { kind: 'plan', body: { tasks } }))).toEqual([
      '~ tasks T1: estimateMinutes',
      '~ tasks T2: estimateMinutes',
    ]);
  });

  it('loses nothing when a name stands twice', () => {
    const interfaces = [...design.interfaces, { name: 'apply', definition: 'apply(code: string): void' }];
    const diff = diffDocuments(
      { kind: 'design', body: design },
      { kind: 'design', body: { ...design, interfaces } },
    );
    expect(short(diff)).toEqual(['+ interfaces apply (2)']);
  });

  it('of a first version has everything added', () => {
    for (const document of documents) {
      const diff = diffDocuments(undefined, document);
      expect(diff.items.length).toBeGreaterThan(0);
      expect(diff.items.every(({ change }) => change === 'added')).toBe(true);
    }
  });

  it('turned round has added and removed exchanged, for any two choices of items', () => {
    const some = fc.subarray(requirements.requirements);
    fc.assert(
      fc.property(some, some, (a, b) => {
        const bodies = [a, b].map((chosen) => Requirements.parse({ ...requirements, requirements: chosen }));
        const [x, y] = bodies.map((body): DocumentBody => ({ kind: 'requirements', body }));
        if (!x || !y) return;
        const turn = (line: string) => line.replace(/^[+-]/, (sign) => (sign === '+' ? '-' : '+'));
        const forth = diffDocuments(x, y);
        expect(short(forth).sort()).toEqual(short(diffDocuments(y, x)).map(turn).sort());
        expect(DocumentDiff.parse(forth)).toEqual(forth);
      }),
    );
  });
});
