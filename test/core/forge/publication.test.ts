import { describe, expect, it } from 'vitest';
import { lacking } from '#core/forge/draft.ts';
import { pullText } from '#core/forge/publication.ts';
import { criterionIds } from '#core/spec/requirements.ts';
import type { Task } from '#core/task/task.ts';
import type { Evidence } from '#core/verify/ports.ts';
import { prove } from '#core/verify/proof.ts';
import { digest, idOf, minute, sha, taskRow } from '#test/core/rows.ts';
import { requirements } from '#test/core/spec/samples.ts';

const head = sha('c');
const criteria = criterionIds(requirements);
const done = taskRow(1, { criteria: [...criteria], state: { status: 'done', commit: head, at: minute(1) } });

/** A check of the delivered commit in which a test of each of these criteria passed. */
function checked(purpose: Evidence['purpose'], named: readonly string[]): Evidence {
  const tests = [{ name: 'a test', outcome: 'passed' as const }];
  return {
    ...{ id: idOf('evidence'), ticketId: idOf('ticket'), runId: idOf('run'), attempt: 1, purpose },
    ...{ taskId: purpose === 'batch' ? done.id : null, criteria: [], commit: head },
    ...{
      name: 'test',
      command: 'npm test',
      exitCode: 0,
      durationMs: 1,
      logBlob: 'log',
      logDigest: digest('a'),
    },
    ...{ tests: { framework: 'vitest', run: 3, failed: 0, skipped: 0, failures: [] }, verdict: 'passed' },
    at: minute(1),
    proof: {
      named: named.map((criterion) => ({ task: 'T1', criterion, tests })),
      ...{ tamper: [], mutations: [], sandbox: '' },
    },
  };
}

function told(
  tasks: readonly Task[],
  evidence: readonly Evidence[],
  source: string | null = null,
  { reopened = 0, summaries = new Map() }: { reopened?: number; summaries?: Map<Task['key'], string> } = {},
) {
  return pullText({
    ticket: {
      ...{ number: 7, title: 'Coupons', description: '', verification: 'verified', headCommit: head },
      ...{ source, reopened },
    },
    ...{
      requirements,
      design: null,
      tasks,
      evidence,
      accepted: [],
      answers: [],
      calls: 3,
      forecast: null,
      notReady: null,
    },
    ...{ summaries, testers: new Map(), strayed: new Map(), draft: { wanted: false, left: null } },
    balance: { limit: 5_000_000, spent: 420_000, reserved: 0 },
    upstream: { into: 'main', joined: [], stale: [] },
    lacks: lacking(prove(criteria, tasks, evidence, head)),
  });
}

describe('what a forge is told of a delivered ticket', () => {
  it('is a check that succeeds only where every criterion is proven', () => {
    const whole = told([done], [checked('batch', criteria), checked('final', criteria)]);
    expect(whole.check).toMatchObject({ conclusion: 'success', title: 'TKT-7: proven' });
    expect(whole.labels).toEqual(['omoios']);
    const [, ...rest] = criteria;
    const part = told([done], [checked('batch', rest), checked('final', rest)]);
    expect(part.check).toMatchObject({ conclusion: 'neutral', title: 'TKT-7: not everything is proven' });
    expect(part.check.summary).toMatch(
      /^1 of \d+ criteria is not proven on the delivered commit: REQ-[\s\S]*npm test/,
    );
    expect(part.labels).toEqual(['omoios', 'omoios: incomplete']);
  });

  it('is a failure where a check of the delivered commit failed', () => {
    const failed = { ...checked('final', criteria), verdict: 'failed' as const };
    expect(told([done], [checked('batch', criteria), failed]).check.conclusion).toBe('failure');
  });

  it('closes the issue that it came from', () => {
    const from = 'https://forge.test/acme/shop/issues/12';
    expect(told([done], [checked('final', criteria)], from).body).toMatch(/\nCloses #12\.\n$/);
  });
});

describe('the comment on a pull request that was reworked', () => {
  it('says what became of each wish, and answers whoever only asked', () => {
    const at = minute(2);
    const review = (number: number, state: Task['state']) =>
      taskRow(number, { origin: `review:${number}`, title: `Review by @ada ${number}`, state });
    const tasks = [
      done,
      review(2, { status: 'done', commit: head, at }),
      review(3, { status: 'done', commit: head, unchanged: true, at }),
      review(4, { status: 'failed', reason: 'no', at }),
    ];
    const key = tasks[2]?.key;
    const summaries = new Map(key === undefined ? [] : [[key, 'By their date.\n\nSee @bob.']]);
    expect(told(tasks, [], null, { reopened: 1, summaries }).comment).toEqual({
      marker: 'rework-1',
      text: [
        `Reworked in \`${head.slice(0, 12)}\`.`,
        '',
        '- **T2** Review by @\u200Bada 2: done',
        '- **T3** Review by @\u200Bada 3: nothing had to change',
        '',
        '  > By their date.',
        '  >',
        '  > See @\u200Bbob.',
        '- **T4** Review by @\u200Bada 4: failed',
      ].join('\n'),
    });
    expect(told(tasks, []).comment).toBeNull();
  });
});
