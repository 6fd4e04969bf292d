/** What a file is, by its path. */
import { go } from './source/go.ts';
import { java } from './source/java.ts';
import { javascript } from './source/javascript.ts';
import { python } from './source/python.ts';
import { rust } from './source/rust.ts';
import type { Language } from './source/source.ts';

const languages: Readonly<Record<string, Language>> = {
  ...{ js: javascript, jsx: javascript, mjs: javascript, cjs: javascript },
  ...{ ts: javascript, tsx: javascript, mts: javascript, cts: javascript },
  ...{ py: python, go, rs: rust, java },
};

/** The language of a file of code; undefined for everything else, lock files and what is minified included. */
export function languageOf(path: string): Language | undefined {
  if (/\.min\.[cm]?js$|\.d\.ts$/.test(path)) return undefined;
  const extension = path.slice(path.lastIndexOf('.') + 1);
  return Object.hasOwn(languages, extension) ? languages[extension] : undefined;
}

/** Whether a file of code belongs to the tests: its folder or its name says so. */
export function isTestPath(path: string): boolean {
  if (
    /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata|integration_tests?|(__)?(test-?d|type-?tests?|test-?types)(__)?|dtslint)\//i.test(
      path,
    )
  )
    return true;
  const name = path.slice(path.lastIndexOf('/') + 1);
  // Small packages have one beside their manifest, Django one an app; in a folder `test.ts` may be a command of that name.
  if (/^tests?\.([cm]?[jt]sx?|py|rb|php|c|cc|cpp)$/.test(path) || name === 'tests.py') return true;
  if (isTestOfC(name)) return true;
  // Tests of types (`.test-d.ts`, `.tst.ts`) are only type-checked, and are tests nonetheless.
  return /(^test_.*|_test|_spec)\.[a-z]+$|[.-](test|spec|e2e|cy)(-d)?\.[cm]?[jt]sx?$|\.(tst|type-?test)\.[cm]?tsx?$|^conftest\.py$|Tests?\.java$|IT\.java$/.test(
    name,
  );
}

/** `xmltest.cpp`, `CartTest.cc`, `TestCart.cpp`; not `latest.c`. */
function isTestOfC(name: string): boolean {
  const [, stem] = /^(.+)\.(?:c|cc|cpp|cxx|mm?)$/i.exec(name) ?? [];
  if (stem === undefined || /(?:la|con|pro|at|de|grea|fas|shor)tests?$/i.test(stem)) return false;
  return /[a-z\d]tests?$|Tests?$|^Tests?[A-Z_]/.test(stem);
}

/** Recorded expectations: jest, vitest, syrupy, insta, and golden files. */
export function isSnapshot(path: string): boolean {
  return /\.(snap|ambr|golden|approved\.\w+)$|(^|\/)(__snapshots__|snapshots|golden)\//.test(path);
}

/** What a continuous integration runs by. */
export function isPipeline(path: string): boolean {
  return /^\.github\/(workflows|actions)\/.*\.ya?ml$|(^|\/)\.gitlab-ci\.ya?ml$|^\.circleci\/|^\.buildkite\/|^(azure-pipelines|\.travis|bitbucket-pipelines|\.drone|appveyor|cloudbuild)\.ya?ml$|(^|\/)Jenkinsfile$/.test(
    path,
  );
}

/** Whether a runner looks for tests in a file of this name, as long as nobody tells it otherwise. */
export function isCollected(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.py')) return /^test_|_test\.py$|^tests?\.py$/.test(name);
  if (name.endsWith('.go')) return name.endsWith('_test.go');
  if (name.endsWith('.java')) return /^Test|(Tests?|TestCase|IT|ITCase|Spec)\.java$/.test(name);
  if (/\.[cm]?[jt]sx?$/.test(name))
    return (
      /[._-](test|spec|e2e|cy)\.[cm]?[jt]sx?$|^test/.test(name) ||
      /(^|\/)(tests?|__tests__|specs?|e2e|cypress)\//.test(path)
    );
  return true;
}
