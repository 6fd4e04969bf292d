import { chmod } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { calls, text, use } from './model.ts';
import { openScene, type SandboxScene } from './scene.ts';

const over = { status: 400, error: { message: 'the script is over' } };
let scene: SandboxScene;
afterEach(() => scene.close());

const submit = use('submit_work', {
  summary: 'It greets.',
  claims: [{ criterion: 'REQ-1.1', how: 'greet.test' }],
});

describe('the road of a builder', () => {
  it('goes from brief to submission with real git and real commands', async () => {
    const script = [
      calls(text('I look.'), use('read', { path: 'greet.js' }), use('search', { pattern: 'greet' })),
      calls(use('edit', { path: 'greet.js', old: "'hi'", new: "'Hello, $& $1'" })),
      calls(use('bash', { command: 'git log --format=%s && cat greet.js && echo done > made.txt' })),
      calls(submit),
    ];
    scene = await openScene(
      { 'greet.js': "export const greet = (name) => 'hi';\n", 'AGENTS.md': 'Speak kindly.' },
      { model: ({ call }) => script[call - 1] ?? over },
    );
    expect(await scene.attempt()).toBe(0);
    const { ended, journal, asked } = scene.gateway.state;
    if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log]));
    const { tip, bundle } = ended.submission;
    expect(await scene.fileAt(bundle, tip, 'greet.js')).toBe(
      "export const greet = (name) => 'Hello, $& $1';\n",
    );
    expect(await scene.fileAt(bundle, tip, 'made.txt')).toBe('done\n');
    expect(await scene.repository.git('rev-parse', `${tip}^`)).toBe(scene.base);
    expect(journal.map(({ body }) => body.kind)).toEqual([
      'context',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(asked[0]?.body).toContain('Speak kindly.');
    expect(asked[3]?.json.messages).toHaveLength(7);
    expect(scene.gateway.state.checkpoint?.seq).toBe(7);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'runs commands as another user, who can work but not see the harness',
    async () => {
      const script = [
        calls(use('write', { path: 'new/deep/file.txt', content: 'one\n' })),
        calls(
          use('bash', {
            command:
              'id -u; echo two >> new/deep/file.txt && touch new/more greet.js; cat ../git/config ../logs/*; git status --short | head -1; true',
          }),
        ),
        calls(submit),
      ];
      scene = await openScene({ 'greet.js': 'x\n' }, { model: ({ call }) => script[call - 1] ?? over });
      await chmod(scene.root, 0o711);
      await scene.attempt({ kind: 'user', uid: 65_534, gid: 65_534 });
      const { ended, journal } = scene.gateway.state;
      if (ended?.type !== 'work') throw new Error(JSON.stringify([ended, scene.log, journal]));
      const { tip, bundle } = ended.submission;
      expect(await scene.fileAt(bundle, tip, 'new/deep/file.txt')).toBe('one\ntwo\n');
      const seen = JSON.stringify(journal);
      expect(seen).toContain('65534\\n');
      expect(seen).toMatch(/git\/config: Permission denied/);
      expect(seen).toMatch(/logs\/\*'?: Permission denied/);
    },
  );
});
