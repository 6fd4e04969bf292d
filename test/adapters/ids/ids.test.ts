import { describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { type IdKind, ids } from '#core/id.ts';

describe('ids', () => {
  it('are made of every kind, and parse', () => {
    for (const kind of Object.keys(ids)) {
      const made = newId(kind as IdKind);
      expect(made.startsWith(`${kind}_`)).toBe(true);
      expect(ids[kind as IdKind].parse(made)).toBe(made);
    }
  });

  it('are unique and sort by when they were made', () => {
    const made = Array.from({ length: 1000 }, () => newId('event'));
    expect(new Set(made).size).toBe(1000);
    expect([...made].sort()).toEqual(made);
  });
});

describe('the digest', () => {
  it('is SHA-256 of a text as UTF-8, or of bytes', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256('abc')).toBe(abc);
    expect(sha256(new TextEncoder().encode('abc'))).toBe(abc);
    expect(sha256('é')).toBe(sha256(new Uint8Array([0xc3, 0xa9])));
  });
});
