import { describe, expect, it } from 'vitest';
import { compile, evaluate, QueryError, type Scope } from '#local/states/expression.ts';
import type { Json } from '#local/states/json.ts';

const scope: Scope = {
  variables: new Set(['a', 'list']),
  states: new Set(['input', 'context'] as const),
  context: new Set(),
};
const bindings = {
  a: { b: 'B', n: 3, yes: true },
  list: [{ k: 1 }, { k: 2 }],
  states: { input: { x: null } },
};

function problems(source: string): string[] {
  const found: string[] = [];
  compile(`{% ${source} %}`, scope, (_path, message) => found.push(message));
  return found;
}

async function value(source: Json): Promise<Json> {
  const template = compile(source, scope, (path, message) => {
    throw new Error(`${path}: ${message}`);
  });
  return evaluate(template, bindings);
}

describe('the subset of JSONata', () => {
  it.each([
    ['$a.b', 'B'],
    ['$a.b & "-" & $a.n', 'B-3'],
    ['$a.n >= 3 and $a.b = "B"', true],
    ['$not($a.n < 3) or false', true],
    ['$exists($a.zz) ? 1 : 2', 2],
    ['$merge([$a, {"n": 4}])', { b: 'B', n: 4, yes: true }],
    ['[1, -2, null, $a.b]', [1, -2, null, 'B']],
    ['($a.n = 3) ? "three" : "other"', 'three'],
    ['$list.k', [1, 2]],
    ['$states.input.x', null],
    ['$states.input.x = null', true],
  ])('evaluates %s', async (source, expected) => {
    expect(await value(`{% ${source} %}`)).toEqual(expected);
  });

  it.each([
    '$a.n + 1',
    '$count($list)',
    '$list[0]',
    '$list[k=1]',
    '$list^(k)',
    '$list{k: 1}',
    '$a.*',
    '$a.**',
    '$',
    '$$',
    'b',
    '$a ?: 1',
    '$a.zz ?? 1',
    '($x := 1; $x)',
    'function($v){$v}',
    '$a ~> $exists',
    '1 in $list',
    '/x/',
    '[1..3]',
    '$list[]',
    '$a ? 1',
    '{$a.b: 1}',
    '$a.(b)',
    '"x"[0]',
    '$states.result',
    '$states.context.Execution.RoleArn',
    '$zz',
    '$exists($a, $a)',
    '$a.b &',
  ])('refuses %s', (source) => {
    expect(problems(source).length).toBeGreaterThan(0);
  });

  it('evaluates expressions inside of values and leaves the rest alone', async () => {
    expect(await value({ p: ['{% $a.n %}', 'text', { q: '{% $a.b %}' }] })).toEqual({
      p: [3, 'text', { q: 'B' }],
    });
  });

  it('gives plain arrays, not sequences', async () => {
    expect(Object.getOwnPropertyNames(await value('{% $list.k %}'))).toEqual(['0', '1', 'length']);
  });

  it('takes nothing for an error', async () => {
    await expect(value('{% $a.zz %}')).rejects.toThrow(QueryError);
    await expect(value('{% $a.zz < 1 %}')).rejects.toThrow(QueryError);
  });

  it('takes a wrong type for an error', async () => {
    await expect(value('{% $a.b < 1 %}')).rejects.toThrow(QueryError);
  });
});
