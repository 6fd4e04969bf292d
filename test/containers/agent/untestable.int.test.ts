/** A verifier of work that does not even build: it ends by a command that shows so, and is told of no tool that it lacks. */
import { describe, expect, it } from 'vitest';
import { nudgeMark } from '#agent/loop/stuck.ts';
import { calls, text, use } from './model.ts';
import { scripted } from './script.ts';

const { run, heard } = scripted();
const verifier = { brief: { run: { role: 'verifier' } } } as const;
const cannot = (command: string) =>
  calls(use('cannot_test', { why: 'lib.js:1 is no code', command }, command));

describe('work that does not build', () => {
  it('ends its verifier without tests, where a command shows it', async () => {
    const { ended } = await run([cannot('true'), cannot('node --check lib.js')], verifier, {
      'lib.js': 'const = 1;\n',
    });
    expect(heard()[0]).toBe('`true` exits with 0: it shows nothing.');
    expect(ended).toMatchObject({
      ...{ type: 'failed', reason: 'untestable' },
      message: 'lib.js:1 is no code (`node --check lib.js` fails)',
    });
  });

  it('is the way out that a verifier is reminded of, which can ask nobody', async () => {
    await run(
      Array.from({ length: 8 }, () => ({ content: [text('I think.')] })),
      verifier,
    );
    const [first = ''] = heard();
    expect(first).toBe('You called no tool. If you are done, call submit_tests; else go on.');
    const nudge = heard().find((words) => words.startsWith(nudgeMark));
    expect(nudge).toContain('call cannot_test where the work itself does not build or submit what is done.');
    expect(nudge).not.toContain('ask');
  });
});
