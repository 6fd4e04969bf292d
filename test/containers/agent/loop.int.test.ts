import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handoffRequest } from '#agent/loop/handoff.ts';
import { nudgeMark } from '#agent/loop/stuck.ts';
import { type Answer, calls, text, use } from './model.ts';
import { briefFor, type SandboxScene } from './scene.ts';
import { make, scripted, submit } from './script.ts';

const { open: opened, heard } = scripted();
let scene: SandboxScene;
const open = async (...told: Parameters<typeof opened>) => {
  scene = await opened(...told);
};
const run = async (...told: Parameters<typeof opened>) => {
  await open(...told);
  await scene.attempt();
  return scene.gateway.state;
};

describe('answers of the model that are not as hoped', () => {
  it('feeds malformed input and unknown tools back, in words', async () => {
    const state = await run([
      calls(use('read', '{"path": '), use('fly', {})),
      calls(use('bash', { cmd: 'ls' })),
      make('b.txt'),
      calls(submit),
    ]);
    expect(heard()[0]).toMatch(/^Format error: the input of read does not fit/);
    expect(heard()[1]).toMatch(/^Format error: there is no tool fly\. There are: read, search, bash/);
    expect(heard()[2]).toMatch(/command/);
    expect(state.ended?.type).toBe('work');
  });

  it('hands nothing in after a call of the same turn that failed', async () => {
    const state = await run([
      calls(
        use('write', { path: 'b.txt', content: 'b' }),
        use('edit', { path: 'a.txt', old: 'z', new: 'y' }),
        {
          ...submit,
          id: 'early',
        },
      ),
      calls(submit),
    ]);
    expect(heard()[2]).toMatch(/^Not handed in: a call before it in this turn failed/);
    expect(state.ended?.type).toBe('work');
    expect(state.asked).toHaveLength(2);
  });

  it('shows a command’s output with its first spaces, and one without output by its code', async () => {
    await run([
      calls(use('bash', { command: 'printf "    indented\\n"' }), use('bash', { command: 'true' })),
      make('b.txt'),
      calls(submit),
    ]);
    expect(heard().slice(0, 2)).toEqual(['    indented\n(exit code 0)', '(exit code 0)']);
  });

  it('ends with a reason after format errors four times in a row', async () => {
    const state = await run([1, 2, 3, 4, 5].map((turn) => calls(use('bash', { turn }))));
    expect(state.ended).toMatchObject({ type: 'failed', reason: 'format-errors' });
    expect(state.asked).toHaveLength(4);
  });

  it('reminds a model that calls no tool, then ends', async () => {
    const state = await run(Array.from({ length: 10 }, () => ({ content: [text('I think.')] })));
    expect(heard()[0]).toMatch(/call submit_work/);
    expect(heard().filter((words) => words.startsWith(nudgeMark))).toHaveLength(1);
    expect(state.ended).toMatchObject({ reason: 'no-submission' });
  });

  it('ends with the reason when the model refuses', async () => {
    const state = await run([{ content: [text('I cannot help.')], stop: 'refusal' }]);
    expect(state.ended).toEqual({ type: 'failed', reason: 'refusal', message: 'I cannot help.' });
  });

  it('runs nothing of an answer that was cut off, and says to write in pieces', async () => {
    const state = await run([{ ...make('big.txt'), stop: 'max_tokens' }, make('b.txt'), calls(submit)]);
    expect(heard()[0]).toMatch(/output limit.*smaller pieces/);
    if (state.ended?.type !== 'work') throw new Error('no work');
    await expect(
      scene.fileAt(state.ended.submission.bundle, state.ended.submission.tip, 'big.txt'),
    ).rejects.toThrow();
  });

  it('nudges once by name when it goes in circles, then ends', async () => {
    const state = await run(
      Array.from({ length: 12 }, (_, turn) => calls(use('read', { path: 'a.txt' }, `r${turn}`))),
    );
    expect(heard().filter((words) => words.startsWith(`${nudgeMark}same-action]`))).toHaveLength(1);
    expect(state.ended).toMatchObject({ reason: 'stuck' });
    expect(state.asked).toHaveLength(8);
  });

  it('keeps thinking exactly as it came', async () => {
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' };
    await run([{ content: [thinking, use('write', { path: 'b', content: 'b' })] }, calls(submit)]);
    expect(scene.gateway.state.asked[1]?.json.messages[1]?.content[0]).toEqual(thinking);
  });
});

describe('a model that is not always there', () => {
  it('asks again after 429, 529 and a cut stream, with the same bytes under the same number', async () => {
    const faults: Answer[] = [
      {
        status: 429,
        error: { type: 'rate_limit_error', message: 'slow down' },
        headers: { 'retry-after': '1' },
      },
      { status: 529, error: { type: 'overloaded_error', message: 'busy' } },
      { ...make('b.txt'), cutAfter: 3 },
    ];
    const state = await run([], {
      model: ({ call }) => (call === 1 ? (faults.shift() ?? make('b.txt')) : calls(submit)),
    });
    expect(state.ended?.type).toBe('work');
    const first = state.asked.filter(({ call }) => call === 1).map(({ body }) => body);
    expect(new Set(first).size).toBe(1);
    expect(state.charged).toEqual([1, 2]);
    expect(scene.log.join('\n')).toMatch(/again in 1\d\d\d ms/);
  });

  it('ends with a reason when it stays away', async () => {
    const state = await run([], {
      model: () => ({ status: 500, error: { type: 'api_error', message: 'down' } }),
    });
    expect(state.ended).toMatchObject({ reason: 'model-unavailable' });
    expect(state.asked).toHaveLength(8);
  });

  it('ends with a reason when the key is refused', async () => {
    const state = await run([
      { status: 401, error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    ]);
    expect(state.ended).toMatchObject({
      reason: 'model-rejected',
      message: expect.stringContaining('invalid x-api-key'),
    });
  });

  it('goes quietly when the money is spent: the gateway holds the run', async () => {
    const state = await run([
      { status: 402, error: { type: 'billing_error', message: 'spent', code: 'budget-exhausted' } },
    ]);
    expect(state.ended).toBeNull();
    expect(scene.log.at(-1)).toMatch(/budget/);
  });
});

describe('limits', () => {
  it('ends at the last turn, having warned five turns before', async () => {
    const turns = Array.from({ length: 9 }, (_, turn) => make(`f${turn}`));
    const { limits } = briefFor('0'.repeat(40));
    const state = await run(turns, { brief: { limits: { ...limits, turns: 7 } } });
    expect(state.ended).toMatchObject({ reason: 'turn-limit' });
    expect(state.asked).toHaveLength(7);
    expect(heard().filter((words) => words.includes('5 turns are left'))).toHaveLength(1);
  });

  it('starts a fresh context from a note when the window fills, and goes on', async () => {
    const full = { ...make('b.txt'), usage: { input_tokens: 100_001 } };
    const note = '{"goal":"greet","decisions":["d"],"done":["b.txt"],"next":["submit"],"commands":[]}';
    const state = await run([full, { content: [text(`Here:\n${note}`)] }, calls(submit)]);
    expect(state.ended?.type).toBe('work');
    expect(heard()).toContain(handoffRequest);
    const messages = state.asked[2]?.json.messages ?? [];
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages)).toMatch(/handoff-note.*b\.txt.*changes-so-far.*b\.txt/);
  });
});

describe('people', () => {
  it('stops for a question and goes on with its answer where it stopped', async () => {
    const ask = use('ask', { question: 'Which greeting?', options: ['Hello', 'Hi'] }, 'ask-1');
    await open([make('b.txt'), calls(ask), calls(submit)]);
    await scene.attempt();
    expect(scene.gateway.state.ended).toEqual({ type: 'held', reason: 'question' });
    expect(scene.gateway.state.questions).toEqual([{ text: 'Which greeting?', options: ['Hello', 'Hi'] }]);
    scene.gateway.resume({ answers: [{ question: 'Which greeting?', answer: 'Hello' }] });
    await scene.attempt();
    expect(heard()).toContain('Answer: Hello');
    const { ended, charged } = scene.gateway.state;
    if (ended?.type !== 'work') throw new Error('no work');
    expect(await scene.fileAt(ended.submission.bundle, ended.submission.tip, 'b.txt')).toBe('b.txt\n');
    expect(charged).toEqual([1, 2, 3]);
  });

  it('asks again when it was lost before the question was stored', async () => {
    let broken = true;
    await open([make('b.txt'), calls(use('ask', { question: 'Which?' }, 'q')), calls(submit)], {
      before: (what) => {
        if (broken && what === 'POST /v1/run/questions') throw new Error('lost');
      },
    });
    expect(await scene.attempt()).toBe(3);
    broken = false;
    scene.gateway.resume();
    await scene.attempt();
    expect(scene.gateway.state.questions).toHaveLength(1);
  });
});

describe('people in the middle of a turn', () => {
  const slow = calls(
    use('write', { path: 'b.txt', content: 'b' }, 'w1'),
    use('bash', { command: 'sleep 30' }, 'b1'),
  );
  /** Waits until the slow command runs, then acts. */
  const during = (act: () => void) => {
    let acted = false;
    const before = (what: string) => {
      if (acted || !what.endsWith('/heartbeat')) return;
      if (scene.gateway.state.journal.at(-1)?.body.kind !== 'assistant') return;
      if (!existsSync(join(scene.folder(), 'workspace', 'b.txt'))) return;
      acted = true;
      act();
    };
    return { before };
  };

  it('pause a run: what was done so far is kept, the rest is called interrupted', async () => {
    const stop = () => {
      scene.gateway.state.stop = 'paused';
    };
    await open([slow, calls(submit)], during(stop));
    expect(await scene.attempt()).toBe(0);
    expect(scene.gateway.state.ended).toEqual({ type: 'held', reason: 'paused' });
    scene.gateway.state.stop = null;
    scene.gateway.resume();
    await scene.attempt();
    expect(heard().slice(0, 2)).toEqual([
      expect.stringMatching(/^Interrupted.*unknown/),
      expect.stringMatching(/^Interrupted.*unknown/),
    ]);
    const { ended } = scene.gateway.state;
    if (ended?.type !== 'work') throw new Error('no work');
    expect(await scene.fileAt(ended.submission.bundle, ended.submission.tip, 'b.txt')).toBe('b');
  });

  it('cancel a run at once, and hear no more of it', async () => {
    const stop = () => {
      scene.gateway.state.stop = 'cancelled';
    };
    await open([slow], during(stop));
    expect(await scene.attempt()).toBe(0);
    expect(scene.gateway.state.ended).toBeNull();
    expect(scene.gateway.state.journal.at(-1)?.body.kind).toBe('assistant');
  });

  it('are heard in the next turn, once', async () => {
    const short = calls(use('write', { path: 'b.txt', content: 'b' }), use('bash', { command: 'sleep 0.5' }));
    const say = () => {
      scene.gateway.state.steering = [{ id: 'm1', text: 'Be brief.' }];
    };
    await open([short, make('c.txt'), calls(submit)], during(say));
    await scene.attempt();
    expect(heard().filter((words) => words.includes('Be brief.'))).toHaveLength(1);
    expect(scene.gateway.state.steered).toEqual(['m1']);
    expect(JSON.stringify(scene.gateway.state.asked[1]?.json.messages.at(-1))).toContain('Be brief.');
  });
});

describe('a sandbox that is lost', () => {
  const script = [
    calls(
      use('edit', { path: 'a.txt', old: 'a', new: 'a1' }, 'e1'),
      use('write', { path: 'b.txt', content: 'b' }, 'w1'),
    ),
    calls(
      use('edit', { path: 'a.txt', old: 'a1', new: 'a12' }, 'e2'),
      use('bash', { command: 'cat a.txt' }, 'b1'),
    ),
    calls(submit),
  ];

  it('is continued at every request, to the same tree, with each call charged once', async () => {
    // Twenty-some requests in all: each is the last word of a sandbox once, before it was answered.
    for (let kill = 1; ; kill++) {
      let count = 0;
      let dead = false;
      await open(script, {
        before: (what) => {
          if (!what.endsWith('/heartbeat')) count++;
          if (count === kill) dead = true;
          if (dead) throw new Error('killed');
        },
      });
      await scene.attempt();
      const reached = count < kill;
      dead = false;
      if (!scene.gateway.state.ended) {
        scene.gateway.resume();
        await scene.attempt();
      }
      const { ended, charged } = scene.gateway.state;
      if (ended?.type !== 'work') throw new Error(`killed at ${kill}: ${JSON.stringify([ended, scene.log])}`);
      const { bundle, tip } = ended.submission;
      expect([kill, await scene.fileAt(bundle, tip, 'a.txt')]).toEqual([kill, 'a12\n']);
      expect(await scene.fileAt(bundle, tip, 'b.txt')).toBe('b');
      expect(charged).toEqual([1, 2, 3]);
      if (reached) break;
      await scene.close();
    }
  }, 120_000);

  it('rebuilds the very messages that the model saw', async () => {
    await open(script);
    await scene.attempt();
    const whole = scene.gateway.state.asked.map(({ body }) => body);
    await scene.close();
    await open(script);
    const { gateway } = scene;
    await scene.attempt();
    const all = [...gateway.state.journal];
    for (const [index, { body }] of all.entries()) {
      if (body.kind !== 'assistant') continue;
      gateway.resume();
      gateway.state.journal.splice(0, Infinity, ...all.slice(0, index));
      gateway.state.asked.length = 0;
      await scene.attempt();
    }
    expect(gateway.state.asked.at(-1)?.body).toBe(whole.at(-1));
  });

  it('says nothing when another attempt has taken its place', async () => {
    const takeOver = () => {
      scene.gateway.state.ended = { type: 'held', reason: 'test' };
      return make('c.txt');
    };
    await open([], { model: ({ call }) => (call === 1 ? make('b.txt') : takeOver()) });
    expect(await scene.attempt()).toBe(0);
    expect(scene.log.at(-1)).toMatch(/over/);
  });
});
