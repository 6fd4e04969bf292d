import { describe, expect, it } from 'vitest';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { type BodyInput, maxBodyChars, pullBody, pullTitle } from '#core/forge/body.ts';
import { aloneWords } from '#core/forge/properties.ts';
import { newTask } from '#core/task/plan.ts';
import { decideTask, type Task } from '#core/task/task.ts';
import type { FormerTests } from '#core/verify/former.ts';
import type { Evidence } from '#core/verify/ports.ts';
import type { IndependentRun } from '#core/verify/properties/independent.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { design, plan, requirements } from '#test/core/spec/samples.ts';

const at = '2026-03-01T10:00:00.000Z';
const ticketId = newId('ticket');
const head = 'd'.repeat(40);
const own = 'c'.repeat(40);

const [first, second] = plan.tasks.map((task) =>
  newTask(task, { id: newId('task'), ticketId, origin: 'plan', at }),
);
const started = (task: Task) =>
  decideTask(decideTask(task, { type: 'makeReady' }, at), { type: 'start' }, at);
const done = (task: Task, commit: string) =>
  decideTask(
    decideTask(started(task), { type: 'verify', runId: newId('run') }, at),
    { type: 'finish', commit },
    at,
  );

function evidence(fields: Partial<Evidence>): Evidence {
  return {
    ...{ id: newId('evidence'), ticketId, taskId: null, runId: newId('run'), purpose: 'final', criteria: [] },
    ...{ commit: head, name: 'test', command: 'npm test', exitCode: 0, durationMs: 5, logBlob: 'b' },
    ...{ tests: { framework: 'vitest', run: 12, failed: 0, skipped: 1, failures: [] } },
    ...{ logDigest: sha256('log'), verdict: 'passed', attempt: 1, proof: null, at },
    ...fields,
  };
}

function input(tasks: readonly Task[], measured: readonly Evidence[]): BodyInput {
  return {
    ticket: {
      ...{ number: 7, title: 'Coupons\nin the cart', description: 'As a shopper\nI want coupons.' },
      ...{ verification: 'verified', headCommit: head },
    },
    requirements,
    design: null,
    tasks,
    summaries: new Map(),
    testers: new Map(),
    strayed: new Map(),
    forecast: null,
    notReady: null,
    evidence: measured,
    accepted: [],
    answers: [],
    balance: { limit: 5_000_000, spent: 420_000, reserved: 0 },
    calls: 31,
    upstream: { into: 'main', joined: [], stale: [] },
  };
}

if (!first || !second) throw new Error('the sample plan has two tasks');

const passed = [{ name: 'adds a coupon', outcome: 'passed' as const }];
const namedProof = {
  ...{ tamper: [], mutations: [], sandbox: '' },
  named: [first, second].flatMap(({ key, criteria }) =>
    criteria.map((criterion) => ({ task: key, criterion, tests: passed })),
  ),
};

describe('the body of a pull request', () => {
  const proof = [
    evidence({ taskId: first.id, purpose: 'batch', commit: own }),
    evidence({ taskId: second.id, purpose: 'batch', commit: head }),
    evidence({ proof: namedProof }),
  ];

  it('tells what a builder took a criterion to mean that cannot hold as it is written', () => {
    const named = namedProof.named.map((one) => ({ ...one, interpretation: 'sums | not lists.' }));
    const body = pullBody(
      input(
        [done(first, own), done(second, head)],
        [...proof.slice(0, 2), evidence({ proof: { ...namedProof, named } })],
      ),
    );
    const [section = ''] = /## Unverified[\s\S]*?(?=\n## )/.exec(body) ?? [];
    expect(section).toContain(
      'proven as its builder understood it, not as it is written. Its builder took it to mean: sums \\| not lists.\n',
    );
    expect(body).toMatch(/\| ◕ proven as its builder understood it, not as it is written \|/);
    expect(body).toMatch(/^\*\*0 of/);
  });

  it('names a command that failed by chance where nobody knows its tests', () => {
    const unknown = { framework: 'unknown' as const };
    const red = evidence({ tests: unknown, verdict: 'flaky', command: 'make check' });
    const body = pullBody(input([done(first, own), done(second, head)], [...proof, red]));
    expect(body).toContain(
      '- Flaky: `make check` failed, and passed when the command ran again on the same commit.',
    );
  });

  it('shows the command of a claim whole, as code', () => {
    const name = "$ for f in a b; do test -f $f > /dev/null || exit 1; done; [ -f 'x' ]";
    const tests = [
      ...passed,
      { name, outcome: 'passed' as const },
      { name: '$ false > x', outcome: 'failed' as const },
    ];
    const named = namedProof.named.map((one) => ({ ...one, tests }));
    const body = pullBody(
      input(
        [done(first, own), done(second, head)],
        [...proof.slice(0, 2), evidence({ proof: { ...namedProof, named } })],
      ),
    );
    expect(body).toContain(`| adds a coupon, \`${name.replace(/\|/g, '\\|')}\`, \`$ false > x\` (failed) |`);
  });

  it('tells of a weak criterion where its work was changed and nobody noticed', () => {
    const mutation = (path: string, line: number, outcome: 'survived' | 'noticed') => {
      return { taskId: first.id, path, line, column: 1, was: '<', now: '<=', outcome };
    };
    const weak = (count: number) =>
      pullBody(
        input(
          [done(first, own), done(second, head)],
          [
            ...proof.slice(0, 2),
            evidence({
              proof: {
                ...namedProof,
                mutations: Array.from({ length: count }, (_, index) =>
                  mutation('src/a|b.ts', index + 3, 'survived'),
                ),
              },
            }),
          ],
        ),
      );
    const said = 'weak: its tests pass whatever the work does, also where it was changed at';
    expect(weak(2)).toContain(`${said} \`src/a\\|b.ts:3\`, \`src/a\\|b.ts:4\`.`);
    expect(weak(7)).toMatch(/:7`, and 2 more\.\n/);
    expect(weak(0)).not.toContain(said);
  });

  it('says how the tests as they were before go on its commit', () => {
    const body = (former: FormerTests) =>
      pullBody(
        input(
          [done(first, own), done(second, head)],
          [...proof.slice(0, 2), evidence({ proof: { ...namedProof, former } })],
        ),
      );
    const files = { edited: ['test/a_b.test.ts'], deleted: ['test/c.test.ts'] };
    const was =
      'Of the test files that were there before, 1 was edited and 1 was deleted. In their old form,';
    const list = '- deleted: `test/c.test.ts`\n- edited: `test/a_b.test.ts`\n';
    expect(body({ outcome: 'unchanged' })).toContain(
      '## Existing tests\n\nNo test file that was there before was changed, and all of them pass.\n',
    );
    const cargo = { framework: 'cargo' as const, run: 2, failed: 0, skipped: 0, failures: [] };
    const rust = evidence({ tests: cargo, proof: { ...namedProof, former: { outcome: 'unchanged' } } });
    expect(pullBody(input([done(first, own), done(second, head)], [rust]))).toContain(
      'and all of them pass. Tests inside source files are not among them.\n',
    );
    expect(body({ outcome: 'passed', ...files })).toContain(
      `${was} all tests pass on this commit, too.\n\n${list}`,
    );
    const failed = (names: string[], output = '') =>
      body({ outcome: 'failed', ...files, failed: names, output });
    expect(failed(['a *bold* name'])).toContain(
      `${was} 1 test fails on this commit. Read whether that is meant.\n\n- fails: a \\*bold\\* name\n${list}`,
    );
    expect(failed([])).toContain('they do not pass on this commit.');
    const many = failed([
      ...['1', '2-[x]'].map((one) => `test_b.py > test_fee[${one}]`),
      'test_b.py > test_c',
    ]);
    expect(many).toContain('3 tests fail');
    expect(many).toContain(
      '- fails: test\\_b.py \\> test\\_fee (2 cases)\n- fails: test\\_b.py \\> test\\_c\n',
    );
    expect(failed(Array.from({ length: 100 }, (_, n) => `t${n}`))).toContain('at least 100 tests fail');
    const wrote = failed(['a'], '</details>\n@all: expected 1\n');
    expect(wrote).toContain(
      '<details><summary>What the existing tests wrote</summary>\n\n    </details>\n    @all: expected 1\n\n</details>',
    );
    const unbuildable = body({ outcome: 'unbuildable', ...files, output: 'TS2304' });
    expect(unbuildable).toContain('they cannot be built on this commit.');
    expect(unbuildable).toContain('\n    TS2304\n');
    expect(pullBody(input([done(first, own)], proof))).not.toContain('## Existing tests');
  });

  it('traces each criterion to its task, commit, check and result', () => {
    const body = pullBody(input([done(first, own), done(second, head)], proof));
    expect(body).toContain('**3 of 3 criteria proven, 2 of 2 tasks done.**');
    expect(body).toMatch(
      /\| REQ-2 Refuse .* \| REQ-2\.1 .* \| T1 \| `cccccccccccc` \| adds a coupon \| ✔ proven \|/,
    );
    expect(body).toContain('> As a shopper\n> I want coupons.');
    expect(body).toContain('$0.42 of $5.00 in 31 model calls.');
    expect(body).toContain('| 12 run, 1 skipped | passed |');
    expect(body).not.toContain('## Missing');
    expect(body).not.toContain('## Unverified');
  });

  it('says first what is missing', () => {
    const failed = decideTask(
      started(second),
      { type: 'fail', reason: 'Red\nagain\n\n=== FAILURES ===' },
      at,
    );
    const body = pullBody(input([done(first, own), failed], proof));
    expect(body).toContain(
      '## Missing\n\nThis is not the whole ticket.\n\n- **T2** Subtract the value of the coupon: failed. Red again\n',
    );
    expect(body.indexOf('## Missing')).toBeLessThan(body.indexOf('## Proof'));
    expect(body).toContain('✘ not built');
  });

  it('calls nothing proven without the final check on the delivered commit', () => {
    const stale = [...proof.slice(0, 2), evidence({ commit: own })];
    const body = pullBody(input([done(first, own), done(second, head)], stale));
    expect(body).toContain('**0 of 3 criteria proven');
    expect(body).toContain(
      'REQ-2.1: ◐ checked, but no test that its claim names has passed on the delivered commit.',
    );
  });

  it('says so when the repository has no tests, or fails as it did before', () => {
    const known = [
      evidence({ name: 'lint', command: 'npm run lint', verdict: 'pre-existing', exitCode: 1, tests: null }),
    ];
    const body = pullBody({
      ...input([done(first, own)], known),
      ticket: { ...input([], []).ticket, verification: 'unverified' },
    });
    expect(body).toContain('no tests that could be run');
    expect(body).toContain('`npm run lint` fails, as it did before this change.');
  });

  it('names flaky tests, each once, as one line of plain text', () => {
    const failed = (...failures: string[]) => ({
      ...({ framework: 'vitest', run: 9, failed: failures.length, skipped: 0, failures } as const),
    });
    const rows = [
      evidence({ purpose: 'batch', verdict: 'flaky', exitCode: 1, tests: failed('a `b`') }),
      evidence({ verdict: 'flaky', exitCode: 1, tests: failed('a `b`', 'c') }),
    ];
    const body = pullBody(input([done(first, own), done(second, head)], [...proof, ...rows]));
    expect(body).toContain("- Flaky: `a 'b'`, `c` failed, and passed when the command ran again");
    expect(body).toContain('The checks of the base commit did not show it.');
    expect(pullBody(input([done(first, own), done(second, head)], proof))).not.toContain('Flaky');
    const early = evidence({ purpose: 'baseline', verdict: 'flaky', exitCode: 1, tests: failed('c') });
    const both = pullBody(input([done(first, own), done(second, head)], [...proof, early, ...rows]));
    expect(both).toContain('- Flaky before this change already: `c` failed, and passed');
    expect(both).toContain("- Flaky: `a 'b'` failed, and passed");
  });

  it('says of tests by a runner that nobody knows that the exit code alone counts', () => {
    const silent = evidence({ tests: { framework: 'unknown' } });
    expect(pullBody(input([done(first, own)], [silent]))).toContain(
      '| unknown: the exit code counts | passed |',
    );
  });

  it('keeps what agents wrote inside its cell', () => {
    const hostile = {
      ...requirements,
      requirements: requirements.requirements.map((one) => ({ ...one, title: 'a | b\n# @all <img>' })),
    };
    const body = pullBody({ ...input([], []), requirements: hostile });
    expect(body).toContain('a \\| b \\# @\u200Ball \\<img\\>');
    const row = body.split('\n').find((line) => line.startsWith('| REQ-1'));
    expect(row?.replace(/\\\|/g, '').split('|')).toHaveLength(8);
  });

  it('tells what property tests by another run tried, and where there are none or they say nothing new', () => {
    const run = { name: 'totals', framework: 'plain', seed: '7', onBase: 'failed' } as const;
    const held = { ...run, outcome: 'passed', cases: 200, counterexample: null } as const;
    const lost = { ...run, outcome: 'failed', cases: 3, counterexample: 'cart = [1]' } as const;
    const of = (criterion: string, runs: IndependentRun[], missing: string | null = null) => ({
      ...{ task: 'T2', criterion, runs, missing },
    });
    const [batch, again] = proof;
    if (!batch || !again) throw new Error('there are two');
    const said = {
      command: 'npm run props',
      summary: 'Lone surrogates are\nleft out.',
      files: ['test/a|b_properties.test.ts'],
    };
    const body = pullBody({
      ...input(
        [done(first, own), done(second, head)],
        [
          { ...batch, proof: { ...namedProof, independent: [of('REQ-1.2', [lost])] } },
          // What an earlier delivery had is not told again.
          evidence({ commit: own, proof: { ...namedProof, independent: [of('REQ-1.2', [held])] } }),
          again,
          evidence({
            proof: {
              ...namedProof,
              independent: [
                of('REQ-1.2', [held]),
                of('REQ-1.1', [{ ...held, onBase: 'passed' }]),
                { ...of('REQ-2.1', [], 'the verifier was stuck'), task: 'T1' },
              ],
            },
          }),
        ],
      ),
      testers: new Map([[second.key, said]]),
    });
    expect(body).toContain('Independent tests: 3, by other runs');
    expect(body).toContain('REQ-1.2 | earlier work | totals is refuted (3 cases, seed 7): cart = \\[1\\] |');
    expect(body).toContain('REQ-1.2 | `dddddddddddd` | totals holds (200 cases, seed 7) |');
    expect(body).toContain(
      "In the verifiers' words, of the work as it was first handed in:\n\n- T2, `test/a\\|b_properties.test.ts` (run by `npm run props`): Lone surrogates are left out.\n",
    );
    expect(body).toContain('- REQ-2.1: no independent test: the verifier was stuck.');
    expect(body).toContain('- REQ-1.1: its independent tests pass on the base commit too');
  });

  it('says of independent tests that do not go together with the author’s that they ran beside the branch', () => {
    const runs = [
      {
        ...({ name: 'totals', framework: 'plain', outcome: 'passed', seed: '7', cases: 200 } as const),
        ...{ counterexample: null, onBase: 'failed' as const },
      },
    ];
    const apart = { task: 'T2', criterion: 'REQ-1.1', missing: null, runs, aside: 'a helper is there twice' };
    const report = { ...namedProof, independent: [apart, { ...apart, criterion: 'REQ-1.2' }] };
    const body = pullBody(input([done(first, own), done(second, head)], [evidence({ proof: report })]));
    expect(body).toContain(
      '- REQ-1.1, REQ-1.2: the independent tests are no part of this branch (a helper is there twice). They ran beside it',
    );
  });

  it('tells where a work left the paths of its plan, and how many broken lines a check noticed', () => {
    const broken = (line: number, outcome: 'noticed' | 'survived' | 'unviable') => ({
      ...{ taskId: first.id, path: 'src/a.ts', line, column: 1, was: '<', now: '<=', outcome },
    });
    const mutations = [broken(1, 'noticed'), broken(2, 'survived'), broken(3, 'unviable')];
    const body = pullBody({
      ...input([done(first, own)], [evidence({ proof: { ...namedProof, mutations } })]),
      strayed: new Map([[first.key, ['src/b|.ts']]]),
    });
    expect(body).toContain('Outside the paths of its plan: `src/b\\|.ts`');
    expect(body).toContain(
      'changed lines were broken on purpose, one at a time, until a check noticed (5 at most): 2 tries, 1 noticed.\n\nNot noticed:\n\n- `src/a.ts:2`: `<`, made `<=`\n',
    );
  });

  it('says beside “proven” that a property criterion rests on named tests alone', () => {
    const independent = { task: 'T1', criterion: 'REQ-1.2', missing: 'the verifier was stuck', runs: [] };
    expect(aloneWords({ state: 'proven', independent })).toBe(
      ' by named tests alone; no independent test: the verifier was stuck',
    );
    expect(aloneWords({ state: 'verified', independent })).toBe('');
    expect(aloneWords({ state: 'proven', independent: null })).toBe('');
  });

  it('tells what builders did, what was decided and what the gate foresaw', () => {
    const body = pullBody({
      ...input([done(first, own), done(second, head)], proof),
      design,
      summaries: new Map([[first.key, 'Adds the table.\n# Closes #12 <b>, thanks @ada']]),
      forecast: { p50Micros: 300_000, p90Micros: 900_000, basis: 'prior' },
      answers: [{ question: 'In cents,\nor in euros?', answer: `Cents. ${'x'.repeat(700)}`, by: '@ada' }],
    });
    expect(body).toContain('- In cents, or in euros? @\u200Bada: Cents. xxx');
    expect(body).toContain('Decisions, answers, assumptions, out of scope');
    expect(body).not.toContain('x'.repeat(601));
    expect(body).toContain(
      `(\`cccccccccccc\`)\n\n> Adds the table.\n> \\# Closes #\u200B12 \\<b>, thanks @\u200Bada`,
    );
    for (const { title } of design.decisions) expect(body).toContain(`- ${title}`);
    for (const left of requirements.outOfScope) expect(body).toContain(left.slice(0, 20));
    expect(body).toContain('Forecast at the last gate: $0.30, at most $0.90');
    expect(body.match(/<details>/gu)).toHaveLength(body.match(/<\/details>/gu)?.length ?? 0);
  });

  it('stays within what a forge takes: evidence is cut before proof, and every fold is closed', () => {
    const many = Array.from({ length: 900 }, () => evidence({}));
    const full = input([done(first, own), done(second, head)], many);
    const body = pullBody(full);
    expect(body.length).toBeLessThanOrEqual(maxBodyChars);
    expect(body).toMatch(/_\d+ lines more: see TKT-7 in the console\._\n\n<\/details>/u);
    expect(body).toContain('| REQ-2.1 ');
    expect(body).toContain('## Cost');
  });

  it('has a title of one line', () => {
    expect(pullTitle({ number: 7, title: 'Coupons\nin the cart' })).toBe('TKT-7: Coupons in the cart');
  });

  describe('tells of the tamper report', () => {
    const finding: Finding = {
      ...{ file: 'test/cart.test.ts', line: 7, side: 'before', hunk: "-it('adds a coupon')" },
      ...{ kind: 'removed-test', severity: 'high', message: 'A test is gone.' },
    };
    const slight = {
      ...finding,
      line: 9,
      severity: 'low',
      hunk: '-x',
      message: 'A wait is longer.',
    } as const;
    const checkedWith = (...findings: readonly Finding[]) =>
      evidence({
        ...{ taskId: first.id, purpose: 'batch', commit: own },
        proof: {
          ...namedProof,
          tamper: findings.length === 0 ? [] : [{ taskId: first.id, findings: [...findings] }],
        },
      });

    it('when nothing was found', () => {
      expect(pullBody(input([done(first, own)], [checkedWith()]))).toContain(
        'Nothing was found that takes away, skips',
      );
    });

    it('each place of the delivered work, and which of them a person has accepted', () => {
      const told = input([done(first, own)], [checkedWith(finding, slight)]);
      const body = pullBody({ ...told, accepted: [{ taskId: first.id, findings: [finding] }] });
      expect(body).toContain('2 places where the work changes what checks it');
      expect(body).toContain(
        '| T1 | `test/cart.test.ts:7` | removed-test | high, accepted by a person | A test is gone. |',
      );
      expect(body).toContain('| T1 | `test/cart.test.ts:9` | removed-test | low | A wait is longer. |');
    });

    it('and is not silenced by the check of the whole ticket, which merges nothing', () => {
      const property = evidence({ ...{ taskId: first.id, purpose: 'final' }, proof: namedProof });
      const body = pullBody(input([done(first, own)], [checkedWith(finding), property]));
      expect(body).toContain('A test is gone.');
    });

    it('and not of what was given back and mended', () => {
      const body = pullBody(input([done(first, own)], [checkedWith(finding), checkedWith()]));
      expect(body).not.toContain('A test is gone');
    });

    it('and says nothing where nothing was looked for', () => {
      expect(pullBody(input([done(first, own)], [evidence({})]))).not.toContain('amper');
    });
  });
});
