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
    expect(collect(3, 'abcdefghij')).toEqual({ excerpt: 'abc\n[… 4 bytes left out …]\nhij', omitted: 4 });
    expect(collect(3, ...'abcdefghij')).toEqual({ excerpt: 'abc\n[… 4 bytes left out …]\nhij', omitted: 4 });
  });

  it('shows what a person would see: no colours, of a progress bar the last state', () => {
    expect(collect(100, '\u001b[32mok\u001b[0m\r\n10%\r50%\r100%\ndone').excerpt).toBe('ok\n100%\ndone');
  });
});
