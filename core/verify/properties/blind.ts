/** What a verifier must not see of somebody else's work. */
import { isTestPath, languageOf } from '../tamper/path.ts';

/**
 * Whether a file of the work holds its author's tests. A helper of the tests, with no test of its own, does not: without
 * it nothing would compile. What no language is known for (snapshots, expected outputs) counts as tests, and so does a
 * script that is named as one, since its runner may be one that nobody knows.
 */
export function isAuthorsTest(path: string, text: string): boolean {
  if (!isTestPath(path)) return false;
  if (/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(path)) return true;
  const language = languageOf(path);
  return language === undefined || language.read(language.scan(text), path).tests.length > 0;
}

/** Whether a test that no longer fits the code fails by itself, and takes no other along: then it may stand as it was before. */
export const standsAlone = (path: string): boolean => /\.(py|[cm]?jsx?|c|cc|cpp|cxx)$/.test(path);
