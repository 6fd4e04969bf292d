import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, calls, use } from './model.ts';
import { briefFor, openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const over: Answer = { status: 400, error: { type: 'invalid_request_error', message: 'the script is over' } };
const submit = use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: 'test' }] });
const writing = (...writes: string[]) => {
  const { task } = briefFor('a'.repeat(40));
  if (!task) throw new Error('no task');
  return { ...task, writes };
};
const results = () =>
  scene.gateway.state.journal.flatMap(({ body }) =>
    body.kind === 'user' ? body.content.map((block) => String(block.content)) : [],
  );

/** Lets the run start where a work meets a branch that has moved; the branch's head. */
async function meet(ours: Record<string, string>, theirs: Record<string, string>): Promise<string> {
  const { repository, gateway, base } = scene;
  const head = await repository.commit(ours, 'ours', base);
  const tip = await repository.commit(theirs, 'theirs', base);
  const branch = gateway.offer('branch', await repository.bundle(head, base));
  const bundle = gateway.offer('work', await repository.bundle(tip, base));
  const { source } = gateway.state.brief;
  gateway.state.brief = {
    ...gateway.state.brief,
    source: { ...source, bundles: [...source.bundles, branch], commit: head, merge: { bundle, tip } },
  };
  return head;
}

describe('what a run starts from', () => {
  it('is for an integrator both sides with markers, which must all be resolved', async () => {
    const script = [
      calls(submit),
      calls(use('read', { path: 'a.txt' })),
      calls(use('write', { path: 'a.txt', content: 'ours and theirs\n' })),
      calls(submit),
    ];
    scene = await openScene(
      { 'a.txt': 'base\n' },
      { model: ({ call }) => script[call - 1] ?? over, brief: { run: { role: 'integrator' } } },
    );
    const { repository, gateway } = scene;
    const head = await meet({ 'a.txt': 'ours\n' }, { 'a.txt': 'theirs\n', 'new.txt': 'n\n' });
    await scene.attempt();
    expect(gateway.state.asked[0]?.body).toContain('hold conflict markers:\\n- a.txt');
    expect(results()[0]).toMatch(/still conflict markers in a\.txt/);
    expect(results()[1]).toMatch(/<<<<<<< [\s\S]*ours[\s\S]*=======[\s\S]*theirs[\s\S]*>>>>>>> /);
    const { ended } = gateway.state;
    if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log]));
    expect(await scene.fileAt(ended.submission.bundle, ended.submission.tip, 'a.txt')).toBe(
      'ours and theirs\n',
    );
    expect(await scene.fileAt(ended.submission.bundle, ended.submission.tip, 'new.txt')).toBe('n\n');
    expect(await repository.git('rev-parse', `${ended.submission.tip}^`)).toBe(head);
  });

  it('is the repository after its setup, none of which becomes part of the work', async () => {
    const setup = 'mkdir deps && echo x > deps/x && echo changed > a.txt && echo done > "odd [name]"';
    const script = [calls(use('bash', { command: 'cat deps/x a.txt; echo w > w.txt' })), calls(submit)];
    scene = await openScene(
      { 'a.txt': 'a\n' },
      { model: ({ call }) => script[call - 1] ?? over, brief: { commands: { setup } } },
    );
    await scene.attempt();
    expect(results()[0]).toBe('x\na\n(exit code 0)');
    const { ended } = scene.gateway.state;
    if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log]));
    const { bundle, tip } = ended.submission;
    expect(await scene.fileAt(bundle, tip, 'w.txt')).toBe('w\n');
    expect(await scene.repository.git('ls-tree', '-r', '--name-only', tip)).toBe('a.txt\nw.txt');
    expect(scene.gateway.state.setups.size).toBe(0);
  });

  it('is without its setup where this meets the markers, and told so', async () => {
    const script = [calls(use('bash', { command: 'echo {} > a.json' })), calls(submit)];
    const commands = { setup: "! grep '<<<<' a.json" };
    scene = await openScene(
      { 'a.json': '{ }\n' },
      { model: ({ call }) => script[call - 1] ?? over, brief: { run: { role: 'builder' }, commands } },
    );
    const { gateway } = scene;
    await meet({ 'a.json': '{"a":1}\n' }, { 'a.json': '{"b":2}\n' });
    await scene.attempt();
    expect(gateway.state.asked[0]?.body).toContain('exited with code 1.');
    expect(gateway.state.asked[0]?.body).toContain('resolved, run it yourself: nothing is set up yet');
    expect(gateway.state.ended?.type).toBe('work');
  });

  it('keeps what the commands leave out of the work, and new files of the compiler with it', async () => {
    const script = [calls(use('bash', { command: 'make; echo w > w.c; echo d > made.txt' })), calls(submit)];
    scene = await openScene(
      { Makefile: 'all:\n\ttouch lib.a lib.o w.o demo\n' },
      {
        model: ({ call }) => script[call - 1] ?? over,
        brief: { leaves: ['lib.a', 'lib.o', 'demo', 'made.txt'], task: writing('w.c', 'made.txt') },
      },
    );
    await scene.attempt();
    const { ended } = scene.gateway.state;
    if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log]));
    const { bundle, tip } = ended.submission;
    expect(await scene.fileAt(bundle, tip, 'w.c')).toBe('w\n');
    expect(await scene.repository.git('ls-tree', '-r', '--name-only', tip)).toBe('Makefile\nmade.txt\nw.c');
  });

  it('runs a setup that fails once more where it may ask a network, which does not always answer', async () => {
    const setup = 'test -e ~/once || { touch ~/once; exit 1; }';
    const script = [calls(use('bash', { command: 'echo w > w.txt' })), calls(submit)];
    const model = ({ call }: { call: number }) => script[call - 1] ?? over;
    const brief = { network: 'registries', commands: { setup } } as const;
    scene = await openScene({ 'a.txt': 'a\n' }, { model, brief });
    await scene.attempt();
    expect(scene.gateway.state.ended?.type).toBe('work');
    await scene.close();
    scene = await openScene({ 'a.txt': 'a\n' }, { model, brief: { ...brief, network: 'none' } });
    await scene.attempt();
    expect(scene.gateway.state.ended).toMatchObject({ reason: 'setup-failed' });
  });

  it('ends the run with the words of a setup that fails', async () => {
    scene = await openScene(
      { 'a.txt': 'a\n' },
      { brief: { commands: { setup: 'echo no such package; exit 3' } } },
    );
    await scene.attempt();
    expect(scene.gateway.state.ended).toMatchObject({
      reason: 'setup-failed',
      message: expect.stringMatching(/code 3[\s\S]*no such package/),
    });
    expect(scene.gateway.state.asked).toEqual([]);
  });

  it('is read by an explorer without setup and without being changed, into a document', async () => {
    const script = [calls(use('bash', { command: 'ls' })), calls(use('submit_exploration', { summary: '' }))];
    scene = await openScene(
      { 'a.txt': 'a\n' },
      {
        model: ({ call }) => script[call - 1] ?? over,
        brief: { task: null, commands: { setup: 'exit 1' }, run: { role: 'explorer', phase: 'explore' } },
      },
    );
    await scene.attempt();
    expect(results()[0]).toBe('a.txt\n(exit code 0)');
    expect(results()[1]).toMatch(/^Format error: the input of submit_exploration does not fit/);
    const names = scene.gateway.state.asked[0]?.json.tools.map(({ name }) => name);
    expect(names).toEqual([
      'read',
      'search',
      'bash',
      'plan',
      'ask',
      'remember',
      'recall',
      'discover',
      'amend',
      'submit_exploration',
    ]);
  });

  const analyst = { role: 'analyst', phase: 'requirements' } as const;

  it('is set up for who only reads it when the first command comes, and once', async () => {
    const script = [
      calls(use('bash', { command: 'cat deps/x' }), use('bash', { command: 'cat deps/x; touch a.txt' })),
      calls(use('submit_requirements', {})),
    ];
    const setup = 'mkdir deps && echo x >> deps/x';
    scene = await openScene(
      { 'a.txt': 'a\n' },
      {
        model: ({ call }) => script[call - 1] ?? over,
        brief: { task: null, commands: { setup }, run: analyst },
      },
    );
    await scene.attempt();
    expect(results()[0]).toBe('x\n(exit code 0)');
    expect(results()[1]).toMatch(/^x\n/);
    const [bash] = scene.gateway.state.asked[0]?.json.tools.filter(({ name }) => name === 'bash') ?? [];
    expect(JSON.stringify(bash)).toContain('The setup of the project runs before your first command.');
  });

  it('tells who only reads it that its setup failed, and lets the command run', async () => {
    const script = [calls(use('bash', { command: 'cat a.txt' })), calls(use('submit_requirements', {}))];
    scene = await openScene(
      { 'a.txt': 'a\n' },
      {
        model: ({ call }) => script[call - 1] ?? over,
        brief: { task: null, commands: { setup: 'echo no such package; exit 3' }, run: analyst },
      },
    );
    await scene.attempt();
    expect(results()[0]).toMatch(
      /^Setup `[^`]+` exited with code 3[\s\S]*no such package\n\na\n\(exit code 0\)$/,
    );
  });

  it('keeps paths with spaces and other letters, and big files', async () => {
    const name = 'ein Ordner/Größe 漢字.txt';
    const script = [calls(use('edit', { path: name, old: 'eins', new: 'zwei' })), calls(submit)];
    scene = await openScene(
      { [name]: 'eins\n', 'big.bin': 'x'.repeat(50_000_000) },
      { model: ({ call }) => script[call - 1] ?? over },
    );
    await scene.attempt();
    const { ended } = scene.gateway.state;
    if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log]));
    expect(await scene.fileAt(ended.submission.bundle, ended.submission.tip, name)).toBe('zwei\n');
  });
});
