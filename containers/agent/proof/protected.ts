/**
 * Files that no work changes without a person's yes: paths that a project protects, and property tests that another run
 * wrote. It is asked file by file, with what the work does there.
 */
import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import type { Finding, FindingKind } from '#core/verify/tamper/finding.ts';
import type { Repository } from '../checkout/repository.ts';

/** So many files are shown one by one; the rest in one entry, so that none is waved through unseen. */
const maxShown = 40;
/** Characters of a change that a page can show; of a longer one the digest tells whether it is still the same. */
const maxHunk = 3500;

/** What differs between two trees in these paths; a folder's name covers what is in it. */
export async function changedProtected(
  repository: Repository,
  globs: readonly string[],
  was: string,
  is: string,
): Promise<Finding[]> {
  if (globs.length === 0) return [];
  const isProtected = picomatch(
    globs.flatMap((glob) => [glob, `${glob.replace(/\/+$/, '')}/**`]),
    { dot: true },
  );
  const paths = (await repository.changed(was, is)).filter((path) => isProtected(path));
  return shownOf(repository, { kind: 'protected-path', words: 'protected by the project' }, paths, was, is);
}

/** What differs in property tests of another run: those of these files that were there. */
export async function changedIndependent(
  repository: Repository,
  files: readonly string[],
  was: string,
  is: string,
): Promise<Finding[]> {
  if (files.length === 0) return [];
  const there = await repository.paths(was);
  const meant = new Set(files.filter((path) => there.has(path)));
  const paths = (await repository.changed(was, is)).filter((path) => meant.has(path));
  const what = {
    kind: 'independent-test',
    words: 'a property test that another run wrote from the requirements',
  } as const;
  return shownOf(repository, what, paths, was, is);
}

interface What {
  readonly kind: FindingKind;
  readonly words: string;
}

async function shownOf(
  repository: Repository,
  { kind, words }: What,
  paths: readonly string[],
  was: string,
  is: string,
): Promise<Finding[]> {
  const shown = paths.slice(0, maxShown);
  const findings: Finding[] = [];
  for (const path of shown)
    findings.push(
      findingOf(kind, path, `It changes ${path}, ${words}.`, await changeOf(repository, was, is, path)),
    );
  const [first, ...rest] = paths.slice(maxShown);
  if (first === undefined) return findings;
  const changes = [];
  for (const path of [first, ...rest]) changes.push(`${path}\n${await changeOf(repository, was, is, path)}`);
  const message = `It changes ${first} and ${rest.length} more files, each ${words}.`;
  return [
    ...findings,
    findingOf(kind, first, message, [first, ...rest, digestOf(changes.join('\n'))].join('\n')),
  ];
}

function findingOf(kind: FindingKind, file: string, message: string, hunk: string): Finding {
  return { file, line: 1, side: 'after', kind, severity: 'high', message, hunk };
}

/** The lines that came and went, without their places: those move when others work in the same file. */
async function changeOf(repository: Repository, was: string, is: string, path: string): Promise<string> {
  const lines = (await repository.fileDiff(was, is, path)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  const head = lines.slice(0, first < 0 ? lines.length : first);
  const told = [
    ...head.filter((line) => /^(?:old mode|new mode|new file|deleted file|Binary files)/.test(line)),
    ...(first < 0 ? head.filter((line) => line.startsWith('index ')) : []),
    ...lines.slice(first < 0 ? lines.length : first).filter((line) => /^[-+\\]/.test(line)),
  ];
  const change = told.join('\n');
  return change.length <= maxHunk ? change : `${change.slice(0, maxHunk)}\n[…] ${digestOf(change)}`;
}

const digestOf = (text: string) => `SHA-256 of all: ${createHash('sha256').update(text).digest('hex')}`;
