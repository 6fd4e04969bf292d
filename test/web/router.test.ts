import { describe, expect, it } from 'vitest';
import { match, resolve } from '../../web/src/router/match.ts';
import { bindingFor, nameOfPress } from '../../web/src/ui/press.ts';

describe('a path', () => {
  it('fits a pattern part by part', () => {
    expect(match('/tickets/:ticket/:tab', '/tickets/TKT-1/tasks')).toEqual({ ticket: 'TKT-1', tab: 'tasks' });
    expect(match('/tickets/:ticket', '/tickets/TKT-1/tasks')).toBeNull();
    expect(match('/tickets/:ticket', '/tickets')).toBeNull();
    expect(match('/', '/')).toEqual({});
  });

  it('may leave out an optional last part, and no other', () => {
    expect(match('/tickets/:ticket/:tab/:item?', '/tickets/1/runs')).toEqual({ ticket: '1', tab: 'runs' });
    expect(match('/tickets/:ticket/:tab/:item?', '/tickets/1')).toBeNull();
  });

  it('is decoded, and taken as it stands when it cannot be', () => {
    expect(match('/a/:b', '/a/x%20y')).toEqual({ b: 'x y' });
    expect(match('/a/:b', '/a/100%')).toEqual({ b: '100%' });
    expect(match('/a/:b', '/a/%ff')).toEqual({ b: '%ff' });
  });

  it('leads to the first page that fits', () => {
    const pages = [
      ['/tickets/new', 'form'],
      ['/tickets/:ticket', 'ticket'],
    ] as const;
    expect(resolve(pages, '/tickets/new')?.page).toBe('form');
    expect(resolve(pages, '/tickets/TKT-1')?.page).toBe('ticket');
    expect(resolve(pages, '/nowhere')).toBeNull();
  });
});

describe('a press of a key', () => {
  const press = (key: string, mods: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) =>
    nameOfPress({ key, ctrlKey: false, metaKey: false, altKey: false, ...mods });

  it('is named with ⌘ and Ctrl alike', () => {
    expect([press('k', { ctrlKey: true }), press('K', { metaKey: true })]).toEqual(['mod+k', 'mod+k']);
    expect([press('?'), press('Shift'), press('a', { altKey: true })]).toEqual(['?', null, null]);
  });

  it('completes a sequence before it stands alone', () => {
    const bindings = { 'g t': () => undefined, t: () => undefined, k: () => undefined };
    expect(bindingFor(bindings, 'g', 't')).toBe('g t');
    expect(bindingFor(bindings, null, 't')).toBe('t');
    expect(bindingFor(bindings, 'g', 'k')).toBe('k');
    expect(bindingFor(bindings, 'g', 'x')).toBeNull();
  });

  it('means nothing by the name of a built-in property', () => {
    expect(bindingFor({}, null, 'constructor')).toBeNull();
  });
});
