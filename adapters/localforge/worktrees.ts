import type { Desk } from './desk.ts';

/** The working tree that has this branch checked out, or null. A bare repository (or a URL) has none of its own. */
export async function checkedOut({ location, run }: Desk, ref: string): Promise<string | null> {
  if (location.kind === 'url') return null;
  const { text } = await run(['worktree', 'list', '--porcelain', '-z']);
  // Records end with an empty line; within one, `worktree <path>` comes first. A bare main worktree says `bare`.
  for (const record of text.split('\0\0')) {
    const lines = record.split('\0').filter((line) => line !== '');
    const path = lines[0]?.startsWith('worktree ') ? lines[0].slice('worktree '.length) : '';
    if (lines.includes(`branch ${ref}`) && !lines.includes('bare')) return path;
  }
  return null;
}
