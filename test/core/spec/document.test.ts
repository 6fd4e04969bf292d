import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '#core/id.ts';
import {
  canonical,
  contentHash,
  DocumentBody,
  DocumentKind,
  documentJsonSchema,
  documentSchemas,
  phaseOfKind,
} from '#core/spec/document.ts';
import { Exploration } from '#core/spec/exploration.ts';
import { CriterionId, Glob, Path, RequirementId, TaskKey } from '#core/spec/fields.ts';
import { PlanTask } from '#core/spec/plan.ts';
import { design, exploration, plan, requirements } from './samples.ts';

const sha256 = (text: string) => Digest.parse(createHash('sha256').update(text, 'utf8').digest('hex'));

describe('the canonical text', () => {
  it('does not depend on the order in which keys were written', () => {
    expect(canonical({ b: 1, a: { d: [2, { f: 3, e: 4 }], c: null } })).toBe(
      '{"a":{"c":null,"d":[2,{"e":4,"f":3}]},"b":1}',
    );
  });

  it('leaves out members that are undefined and keeps the order of arrays', () => {
    expect(canonical({ a: undefined, b: [3, 1, 2] })).toBe('{"b":[3,1,2]}');
  });

  it('is JSON that reads back as the same value, and is its own canonical text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('gives a document the same hash after a round trip through a store that reorders keys', () => {
    const reversed = Object.fromEntries(Object.entries(requirements).reverse());
    const stored = documentSchemas.requirements.parse(JSON.parse(JSON.stringify(reversed)));
    expect(contentHash(stored, sha256)).toBe(contentHash(requirements, sha256));
  });

  it('gives a changed document another hash', () => {
    const changed = { ...requirements, assumptions: ['Two coupons a cart'] };
    expect(contentHash(changed, sha256)).not.toBe(contentHash(requirements, sha256));
  });
});

describe('the schemas', () => {
  it('name the phase of every kind', () => {
    expect(DocumentKind.options.map((kind) => phaseOfKind[kind])).toEqual([
      'explore',
      'requirements',
      'design',
      'tasks',
    ]);
  });

  it('take each kind with its body and refuse a body of another kind', () => {
    const bodies = { exploration, requirements, design, plan };
    for (const kind of DocumentKind.options) {
      expect(DocumentBody.safeParse({ kind, body: bodies[kind] }).success).toBe(true);
      expect(DocumentBody.safeParse({ kind, body: {} }).success).toBe(false);
    }
  });

  it('become JSON schemas of an object with a description for every property but the ids of lists', () => {
    for (const kind of DocumentKind.options) {
      const schema = documentJsonSchema(kind);
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(JSON.stringify(schema).match(/"description"/g)?.length ?? 0).toBeGreaterThan(5);
    }
  });

  it('let a priority be left out of a task and take it as 0', () => {
    const { priority: _, ...task } = plan.tasks[0] ?? {};
    expect(PlanTask.parse(task).priority).toBe(0);
    expect(JSON.stringify(documentJsonSchema('plan'))).not.toMatch(/"required":\[[^\]]*"priority"/);
  });

  it('refuse a field that is not theirs, so that a misspelled one is not lost', () => {
    expect(Exploration.safeParse({ ...exploration, keyfiles: [] }).success).toBe(false);
  });

  it.each([
    ['a blank text', '  \n'],
    ['a NUL', 'a\u0000b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['more than the limit', 'x'.repeat(20_001)],
  ])('refuse %s', (_, summary) => {
    expect(Exploration.safeParse({ ...exploration, summary }).success).toBe(false);
  });

  it.each(['/etc/passwd', '../up', 'a/../../b', 'a\\b', ''])('refuse the path %j', (path) => {
    expect([Path.safeParse(path).success, Glob.safeParse(path).success]).toEqual([false, false]);
  });

  it.each(['src/ä b/日本.ts', '..hidden/x', 'a..b'])('take the path %j', (path) => {
    expect(Path.parse(path)).toBe(path);
  });

  it.each([
    [RequirementId, ['REQ-1', 'REQ-9999'], ['REQ-0', 'REQ-01', 'req-1', 'REQ-1.1', 'REQ-10000', 'REQ-1\n']],
    [CriterionId, ['REQ-1.1', 'REQ-12.999'], ['REQ-1', 'REQ-1.0', 'REQ-1.1.1', 'REQ-1.']],
    [TaskKey, ['T1', 'T2000'], ['T0', 't1', 'T-1', 'T1a', '']],
  ])('take ids of their own form only', (schema, good, bad) => {
    expect(good.map((id) => schema.safeParse(id).success)).toEqual(good.map(() => true));
    expect(bad.map((id) => schema.safeParse(id).success)).toEqual(bad.map(() => false));
  });

  it.each([0, 241, 1.5])('refuse an estimate of %d minutes', (estimateMinutes) => {
    expect(PlanTask.safeParse({ ...plan.tasks[0], estimateMinutes }).success).toBe(false);
  });
});
