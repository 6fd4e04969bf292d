import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amended, type Change } from '#agent/tools/pointer.ts';

const document = { title: 'a', list: [{ id: 1, text: 'x' }, { id: 2 }], 'a/b': { 'c~d': 0 } };

describe('changes by pointer', () => {
  it.each<[string, Change[], object]>([
    ['set a value', [{ at: '/title', value: 'b' }], { title: 'b' }],
    ['set what was not there', [{ at: '/more', value: [1] }], { more: [1] }],
    ['reach into a list', [{ at: '/list/0/text', value: 'y' }], { list: [{ id: 1, text: 'y' }, { id: 2 }] }],
    ['add at the end', [{ at: '/list/-', value: { id: 3 } }], { list: [...document.list, { id: 3 }] }],
    ['take away from a list', [{ at: '/list/0' }], { list: [{ id: 2 }] }],
    ['take away a field', [{ at: '/list/0/text' }], { list: [{ id: 1 }, { id: 2 }] }],
    ['know escaped names', [{ at: '/a~1b/c~0d', value: 1 }], { 'a/b': { 'c~d': 1 } }],
    ['are made in their order', [{ at: '/list/0' }, { at: '/list/0/id', value: 9 }], { list: [{ id: 9 }] }],
  ])('%s', (_, changes, after) => {
    const before = structuredClone(document);
    expect(amended(document, changes)).toEqual({ body: { ...document, ...after } });
    expect(document).toEqual(before);
  });

  it.each([
    ['title'],
    [''],
    ['/list/2/id'],
    ['/list/7'],
    ['/list/01'],
    ['/nowhere/x'],
    ['/title/x'],
    ['/gone'],
  ])('refuse to take away %j, which leads to nothing', (at) => {
    expect(amended(document, [{ at }])).toBe(`${at} leads to nothing in it.`);
  });

  it('reach no prototype', () => {
    expect(amended({}, [{ at: '/__proto__/evil', value: 1 }])).toMatch(/leads to nothing/);
    expect(amended({}, [{ at: '/constructor/prototype/evil', value: 1 }])).toMatch(/leads to nothing/);
    const set = amended({}, [{ at: '/__proto__', value: { evil: 1 } }]);
    expect(typeof set === 'object' && Object.getPrototypeOf(set.body)).toBe(Object.prototype);
  });

  it('never throw, and never touch what they were given', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.record({ at: fc.string(), value: fc.jsonValue() })),
        (any, changes) => {
          const before = structuredClone(any);
          amended(any, changes);
          expect(any).toEqual(before);
        },
      ),
    );
  });
});
