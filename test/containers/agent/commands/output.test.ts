import { describe, expect, it } from 'vitest';
import { headAndTail } from '#agent/commands/output.ts';

const collect = (keep: number, ...chunks: string[]) => {
  const ends = headAndTail(keep);
  for (const chunk of chunks) ends.take(Buffer.from(chunk));
  return ends.result();
};

describe('headAndTail', () => {
  it('is all of it while it fits, however it is cut into chunks', () => {
    expect(collect(5, 'abc', 'defgh', 'ij')).toEqual({ excerpt: 'abcdefghij', omitted: 0 });
  });

  it('says how much lies between', () => {
    const flood = `abc${'d'.repeat(400)}hij`;
    const told = { excerpt: 'abc\n[… 400 bytes left out …]\nhij', omitted: 400 };
    expect(collect(3, flood)).toEqual(told);
    expect(collect(3, ...flood)).toEqual(told);
  });

  it('leaves nothing out where what says so would hardly be shorter', () => {
    expect(collect(3, 'abcdefghij')).toEqual({ excerpt: 'abcdefghij', omitted: 0 });
    expect(collect(3, ...'abcdefghij')).toEqual({ excerpt: 'abcdefghij', omitted: 0 });
  });

  it('shows what a person would see: no colours, of a progress bar the last state', () => {
    expect(collect(100, '\u001b[32mok\u001b[0m\r\n10%\r50%\r100%\ndone').excerpt).toBe('ok\n100%\ndone');
  });
});
