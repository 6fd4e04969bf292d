import { describe, expect, it } from 'vitest';
import { testWorld, type } from './world.ts';

const commands = [
  'start',
  'run',
  'demo',
  'submit',
  'watch',
  'approve',
  'reject',
  'answer',
  'pause',
  'resume',
  'cancel',
  'logs',
  'doctor',
  'trace',
  'tamper',
];

describe('omoi', () => {
  it.each(commands)('explains %s with an example and ends with 0', async (command) => {
    const { code, out, err } = await type(testWorld(), command, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?:\\n {2}\\$ omoi ${command}`));
    expect(err).toBe('');
  });

  it('tells its version', async () => {
    expect(await type(testWorld(), '--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it.each([
    [['keys', 'create'], 'See `omoi keys create --help`.'],
    [['keys', 'create', 'ci', '--role', 'boss'], 'See `omoi keys create --help`.'],
    [['keys', 'list', '--wrong'], 'See `omoi keys list --help`.'],
    [['pause', 'TKT-1', '--url', 'nowhere'], 'See `omoi pause --help`.'],
    [['strat'], 'See `omoi --help`.'],
  ])('leads from %j to the help of just that command', async (args, hint) => {
    const { code, err } = await type(testWorld(), ...args);
    expect([code, err.trimEnd().split('\n').at(-1)]).toEqual([2, hint]);
  });

  it.each([
    [['strat'], "Unknown command 'strat'"],
    [['run', '--title', 'x'], "Required option '--repo <path>' not specified."],
    [['run', '--repo', '.', '--titel', 'x'], "Unknown option '--titel'\n(Did you mean --title?)"],
    [['reject', 'TKT-1', '--coment', 'x'], "Unknown option '--coment'\n(Did you mean --comment?)"],
    [['run', '--repo', '.', '--title', ' '], '--title must not be empty.'],
    [
      ['run', '--repo', '.', '--title', 'x', '--budget', 'much'],
      '--budget must be an amount in USD, for example 2.50.',
    ],
    [
      ['run', '--repo', '.', '--title', 'x', '--budget', '-1'],
      '--budget must be an amount in USD, for example 2.50.',
    ],
    [['run', '--repo', '.', '--title', 'x', '--approve', 'some'], '--approve must be all, none or ask.'],
    [['run', '--repo', '.', '--title', 'x', '--approve', 'ask'], '--approve ask needs a terminal to ask in'],
    [
      ['run', '--repo', '.', '--title', 'x', '--description', 'a', '--file', 'b'],
      '--description and --file exclude each other.',
    ],
    [
      ['run', '--repo', '.', '--title', 'x', '--file', 'none.md'],
      '--file: there is no file /work/place/none.md.',
    ],
    [
      ['run', '--repo', '.', '--title', 'x', '--replay', 'none.json'],
      '--replay: there is no file /work/place/none.json.',
    ],
    [['start', '--port', '70000'], '--port must be a number from 0 to 65535.'],
    [['reject', 'TKT-1'], "Required option '--comment <text>' not specified."],
    [['approve', 'TKT-1', '--ceremony', 'huge'], '--ceremony must be direct, short or full.'],
    [['watch', 'TKT-1', '--url', 'nowhere'], '--url must be an http address, not nowhere.'],
    [['pause'], "Missing required argument 'ticket'."],
  ])('refuses %j with a sentence, a hint and 2', async (args, sentence) => {
    const { code, out, err } = await type(testWorld(), ...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(sentence);
    expect(err).toMatch(/See `omoi.* --help`\.\n$/);
  });
});
