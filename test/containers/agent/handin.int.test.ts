/** Handing in: what a builder is asked about before a check is spent on it. */
import { describe, expect, it } from 'vitest';
import { calls, use } from './model.ts';
import { briefFor } from './scene.ts';
import { make, scripted, submit } from './script.ts';

const { open, close, run, heard } = scripted();
const { task: given } = briefFor('a'.repeat(40));
if (!given) throw new Error('no task');

describe('a submission', () => {
  it('asks once about claims that name tests which nobody wrote', async () => {
    const claim = (how: string, id: string) =>
      calls(use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how }] }, id));
    const write = calls(use('write', { path: 'a.test.js', content: "test('says hello', () => {});\n" }, 'w'));
    const right = { claims: [{ criterion: 'REQ-1.1', how: 'see `says hello`' }] };
    const wrong = await run([
      write,
      claim('see `says helo`', 's1'),
      // What is left out stays as it was said.
      calls(use('submit_work', right, 's2')),
    ]);
    expect(heard()[1]).toMatch(/REQ-1\.1 names says helo, which stands in no test/);
    expect(wrong.ended).toMatchObject({
      type: 'work',
      submission: { summary: 'Done.', claims: [{ how: 'see `says hello`' }] },
    });
    await close();
    const taken = await run([
      write,
      calls(
        use(
          'submit_work',
          {
            summary: 'Done.',
            claims: [{ criterion: 'REQ-1.1', how: '`says helo`', interpretation: 'a bow' }],
          },
          's1',
        ),
      ),
      calls(use('submit_work', { summary: 'Done at last.' }, 's2')),
    ]);
    expect(taken.ended).toMatchObject({
      submission: { summary: 'Done at last.', claims: [{ how: '`says helo`', interpretation: 'a bow' }] },
    });
    await close();
    const insisting = await run([
      write,
      claim('see `made of parts`', 's1'),
      claim('see `made of parts`', 's2'),
    ]);
    expect(insisting.ended?.type).toBe('work');
    expect(insisting.asked).toHaveLength(3);
    await close();
    // A later round says what it says anew; the rest stands as the round before said it.
    const again = await run(
      [
        make('b.txt'),
        calls(use('submit_work', { summary: 'Mended.' }, 's1')),
        calls(use('submit_work', {}, 's2')),
      ],
      {
        brief: {
          run: { round: 2 },
          handedIn: { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: '`says helo`' }] },
        },
      },
    );
    expect(again.ended).toMatchObject({
      submission: { summary: 'Mended.', claims: [{ criterion: 'REQ-1.1', how: '`says helo`' }] },
    });
    await close();
    // Nobody changed the test, which says that something stays as it was.
    const script = [make('b.txt'), claim('`says bye` passes as before', 's1')];
    const { asked } = await run(script, {}, { 'old.test.js': "test('says bye', () => {});\n" });
    expect(asked).toHaveLength(2);
  });

  it('keeps nothing of a claim that is none of the task’s', async () => {
    const claims = ['REQ-1.1', 'REQ-8.8'].map((criterion) => ({ criterion, how: 'test' }));
    const state = await run([
      make('b.txt'),
      calls(use('submit_work', { summary: 'Done.', claims }, 's1')),
      calls(use('submit_work', {}, 's2')),
    ]);
    expect(heard()[1]).toMatch(/REQ-8\.8 is no criterion of this task/);
    expect(state.ended).toMatchObject({ submission: { claims: [{ criterion: 'REQ-1.1', how: 'test' }] } });
  });

  it('asks once about a claim that names no test, where there are tests to name', async () => {
    const claim = (how: string, id: string) =>
      calls(use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how }] }, id));
    const write = calls(use('write', { path: 'a.test.js', content: "test('says hello', () => {});\n" }, 'w'));
    const script = [write, claim('in the README', 's1'), calls(use('submit_work', {}, 's2'))];
    const asked = await run(script, { brief: { commands: { test: 'node --test' } } });
    expect(heard()[1]).toMatch(
      /no test will prove these claims: REQ-1\.1 names none\. A criterion is proven by/,
    );
    expect(asked.ended?.type).toBe('work');
    await close();
    expect((await run(script, { brief: { commands: {} } })).asked).toHaveLength(2);
    await close();
    // The round before was asked, and handed in all the same.
    const handedIn = { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: 'in the README' }] };
    const again = { commands: { test: 'node --test' }, run: { round: 2 }, handedIn };
    expect((await run(script, { brief: again })).asked).toHaveLength(2);
  });

  it('does not ask about a test of Java that is named with its class', async () => {
    const path = 'src/test/java/CartTest.java';
    const how = 'Cart.sum; org.shop.CartTest.sums';
    const state = await run(
      [
        calls(use('write', { path, content: 'class CartTest { @Test void sums() {} }\n' }, 'w')),
        calls(
          use(
            'submit_work',
            { summary: `Done, with ${path}.`, claims: [{ criterion: 'REQ-1.1', how }] },
            's1',
          ),
        ),
      ],
      { brief: { commands: { test: 'mvn test' } } },
    );
    expect(state.asked).toHaveLength(2);
    expect(state.ended?.type).toBe('work');
  });

  it('takes a command for what no test can see, and only one that holds here', async () => {
    const said = { criterion: 'REQ-1.1', how: 'said' };
    const claim = (command: string, id: string) =>
      calls(use('submit_work', { summary: 'Done.', claims: [{ ...said, command }] }, id));
    const write = calls(use('write', { path: 'README.md', content: 'says hello\n' }, 'w'));
    const script = [write, claim('grep -q bye README.md', 's1'), claim('grep -q hello README.md', 's2')];
    const { ended } = await run(script, { brief: { commands: { test: 'node --test' } } });
    expect(heard()[1]).toMatch(
      /^`grep -q bye README\.md`, which is to show REQ-1\.1, exits with 1 here, where nothing can be written:/,
    );
    expect(ended).toMatchObject({ submission: { claims: [{ command: 'grep -q hello README.md' }] } });
  });

  it('of nothing is refused, but where a reviewer may be answered: there it is asked once, and taken as an answer', async () => {
    const answer = (id: string, summary: string) => calls(use('submit_work', { summary, claims: [] }, id));
    const script = [answer('s1', 'It is so already.'), answer('s2', 'It is so already: see a.js.')];
    const task = {
      ...{ key: 'T2', title: 'Review by ada', goal: 'Why?', criteria: [] },
      writes: ['**'],
      doneWhen: '',
    };
    const asked = await run(script, { brief: { task: { ...task, asked: true } } });
    expect(heard()[0]).toMatch(/^The files are the same as at the start\. If nothing has to change/);
    expect(asked.ended).toMatchObject({
      type: 'work',
      submission: { summary: 'It is so already: see a.js.', unchanged: true },
    });
    await close();
    const changed = await run([make('b.txt'), answer('s1', 'Mended.')], {
      brief: { task: { ...task, asked: true } },
    });
    expect(changed.ended).toMatchObject({ type: 'work', submission: { summary: 'Mended.' } });
    expect(changed.ended).not.toMatchObject({ submission: { unchanged: true } });
    await close();
    // What was merged before may stand; a check looks at it.
    const standing = await run(script, { brief: { task: { ...task, stands: true } } });
    expect(heard()[0]).toMatch(/If your earlier work, which is on the branch, meets what came back as it is/);
    expect(standing.ended).toMatchObject({ type: 'work' });
    expect(standing.ended).not.toMatchObject({ submission: { unchanged: true } });
    await close();
    const refused = await run(script, { brief: { task } });
    expect(heard()[0]).toBe('The files are the same as at the start: there is nothing to hand in.');
    expect(refused.ended?.type).not.toBe('work');
  });

  it('asks once about work that takes a check away, and not again in another sandbox', async () => {
    const kept = "test('adds', () => { expect(1 + 1).toBe(2); });\n";
    const gone = "test('takes', () => { expect(2 - 1).toBe(1); });\n";
    const hand = (id: string) =>
      calls(use('submit_work', { summary: 'Shorter.', claims: [{ criterion: 'REQ-1.1', how: 'test' }] }, id));
    const write = calls(
      use('read', { path: 'a.test.js' }, 'r'),
      use('write', { path: 'a.test.js', content: kept }, 'w'),
    );
    const script = [write, hand('s1'), hand('s2')];
    let [asked, dead] = [0, false];
    const before = (what: string) => {
      if (what.endsWith('/messages')) asked += 1;
      dead ||= asked === 3;
      if (dead) throw new Error('killed');
    };
    const scene = await open(script, { before }, { 'a.test.js': kept + gone });
    await scene.attempt();
    [asked, dead] = [4, false];
    scene.gateway.resume();
    await scene.attempt();
    expect(heard()[2]).toMatch(
      /^A person will be asked about this[\s\S]*a\.test\.js:2 \(as it was\): The test 'takes' is gone/,
    );
    expect(scene.gateway.state.ended?.type).toBe('work');
    expect(scene.gateway.state.asked).toHaveLength(3);
  });

  it('is told all that is wrong with it at once, and asked no question twice', async () => {
    const claims = [{ criterion: 'REQ-1.1', how: 'see `says helo`', command: 'test -e none' }];
    const { ended } = await run(
      [
        make('b.txt'),
        calls(use('submit_work', { summary: 'Done.', claims }, 's1')),
        calls(
          use(
            'submit_work',
            { summary: 'b.txt, too.', claims: [{ criterion: 'REQ-1.1', how: '`says helo`' }] },
            's2',
          ),
        ),
      ],
      { brief: { nameless: true, task: { ...given, writes: ['src/**'] } } },
    );
    expect(heard()[1]).toMatch(
      /names says helo, which stands in no test[\s\S]*print TAP[\s\S]*\n\n`test -e none`, which is to show REQ-1\.1, exits with 1 here[\s\S]*\n\nYou changed b\.txt, outside/,
    );
    expect(ended?.type).toBe('work');
  });

  it('may bring the lock file of a manifest that it brings', async () => {
    const files = { 'package.json': '{}', 'package-lock.json': '{}', 'yarn.lock.txt': '' };
    const write = Object.keys(files).map((path) => use('write', { path, content: 'changed\n' }, path));
    await run([calls(...write), calls(submit)], { brief: { task: { ...given, writes: ['package.json'] } } });
    expect(heard().at(-1)).toMatch(/^You changed yarn\.lock\.txt, outside/);
  });

  it('may call a test without quotes by a name of three words, where it is one', async () => {
    const claim = (how: string, id: string) =>
      calls(use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how }] }, id));
    const write = use(
      'write',
      { path: 'src/a.rs', content: 'fn says_hello_twice() {}\n// not_a_test\n' },
      'w',
    );
    await run([calls(write), claim('see not_a_test', 's1'), claim('see says_hello_twice', 's2')], {
      brief: { commands: { test: 'cargo test' } },
    });
    expect(heard()[1]).toContain('REQ-1.1 names none');
    await close();
    const { ended } = await run([calls(write), claim('see says_hello_twice', 's1')], {
      brief: { commands: { test: 'cargo test' } },
    });
    expect(heard()).toHaveLength(1);
    expect(ended?.type).toBe('work');
  });
});
