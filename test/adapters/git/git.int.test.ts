import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GitFailed, git } from '#adapters/git/git.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'omoi-git-'));
  await git(['init', '-q', '-b', 'main', '.'], { cwd });
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

describe('git', () => {
  it('gives standard input and answers with text without the last line break', async () => {
    const { text } = await git(['hash-object', '-w', '--stdin'], { cwd, input: 'hello\n' });
    expect(text).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });

  it('passes arguments as they are, never through a shell', async () => {
    const { text } = await git(['rev-parse', '--sq-quote', '$(touch x); `id`'], { cwd });
    expect(text.trim()).toBe("'$(touch x); `id`'");
  });

  it('throws what git said on a failure', async () => {
    const failure = git(['rev-parse', '--verify', 'nothing'], { cwd });
    await expect(failure).rejects.toBeInstanceOf(GitFailed);
    await expect(failure).rejects.toMatchObject({ exitCode: 128 });
  });

  it('answers with an allowed exit code', async () => {
    await writeFile(join(cwd, 'a'), '1');
    const { code } = await git(['diff', '--no-index', '--quiet', '/dev/null', 'a'], { cwd, allow: [1] });
    expect(code).toBe(1);
  });

  it('refuses output beyond the limit', async () => {
    await expect(git(['--help'], { cwd, maxBytes: 10 })).rejects.toBeInstanceOf(GitFailed);
  });

  it('runs no hook of a repository', async () => {
    const options = {
      cwd,
      env: {
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b',
      },
    };
    await writeFile(join(cwd, '.git', 'hooks', 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await git(['commit', '-q', '--allow-empty', '-m', 'x'], options);
    expect((await git(['log', '--format=%s'], options)).text).toBe('x');
  });
});
