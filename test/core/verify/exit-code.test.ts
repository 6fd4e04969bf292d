import { expect, it } from 'vitest';
import { exitInWords } from '#core/verify/exit-code.ts';

it('names the signal of a program that crashed or was ended', () => {
  expect([0, 1, 127, 128, 134, 137, 139, 143, 255].map(exitInWords)).toEqual([
    '0',
    '1',
    '127',
    '128',
    '134 (SIGABRT)',
    '137 (SIGKILL)',
    '139 (SIGSEGV)',
    '143 (SIGTERM)',
    '255',
  ]);
});
