import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aliasesOf, checkArrows } from './arrows.ts';
import { ROOT, readCode, report } from './files.ts';

const manifest = z.object({ imports: z.record(z.string(), z.string()) });
const aliases = aliasesOf(manifest.parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))).imports);
const refused = (path: string, text: string): string[] => report(checkArrows([{ path, text }], aliases));

describe('the arrows of the tree', () => {
  it('point inwards only', () => {
    expect(report(checkArrows(readCode(ROOT), aliases))).toEqual([]);
  });
});

describe('the check of arrows', () => {
  it.each([
    ['core/a.ts', "import { readFile } from 'node:fs/promises';", 'core imports only zod and itself'],
    ['core/a.ts', "export { x } from '#adapters/git/x.ts';", 'core may reach nothing only'],
    ['core/a.ts', "import type { x } from 'pg';", 'core imports only zod and itself'],
    ['core/a.ts', "type X = import('#local/a.ts').X;", 'core may reach nothing only'],
    ['adapters/git/a.ts', "import '#functions/api/app.ts';", 'adapters may reach core only'],
    ['functions/api/a.ts', "import { b } from '../gateway/b.ts';", 'functions never import each other'],
    [
      'functions/api/a.ts',
      "import { b } from '#functions/gateway/b.ts';",
      'functions never import each other',
    ],
    ['functions/api/a.ts', "await import('#local/host.ts');", 'functions may reach core, adapters only'],
    [
      'containers/agent/a.ts',
      "import { b } from '#functions/api/b.ts';",
      'containers may reach core, adapters only',
    ],
    ['local/a.ts', "import { b } from '#cli/b.ts';", 'local may reach core, adapters, functions only'],
    ['local/a.ts', "import { b } from '#agent/b.ts';", 'local may reach core, adapters, functions only'],
    [
      'web/src/a.tsx',
      "import { b } from '#core/ticket/state.ts';",
      'web imports only core/api and core/events',
    ],
    ['infra/a.ts', "import { b } from '#core/id.ts';", 'infra imports only */env.ts and core/events'],
    [
      'adapters/git/a.ts',
      "import { b } from '../../core/id.ts';",
      'a relative import leaves adapters, write #core/…',
    ],
    ['test/a.test.ts', "import { b } from '../core/id.ts';", 'a relative import leaves test, write #core/…'],
  ])('refuses in %s: %s', (path, text, why) => {
    const specifier = /'([^']+)'/.exec(text)?.[1];
    expect(refused(path, `// one line\n${text}\n`)).toEqual([`${path}:2 imports ${specifier}: ${why}`]);
  });

  it.each([
    [
      'core/a.ts',
      "import { z } from 'zod';\nimport { b } from './ticket/b.ts';\nimport { c } from '#core/id.ts';",
    ],
    ['core/a.ts', "const text = `import { readFile } from 'node:fs';`; // import 'pg'"],
    ['functions/api/a.ts', "import { b } from './routes/b.ts';\nimport { c } from '#adapters/git/c.ts';"],
    ['local/a.ts', "import { app } from '#functions/api/app.ts';"],
    ['cli/a.ts', "import { host } from '#local/host.ts';"],
    [
      'web/src/a.tsx',
      "import { b } from '../features/b.tsx';\nimport { c } from '#core/api/tickets.ts';\nimport 'react';",
    ],
    [
      'infra/a.ts',
      "import type { Env } from '#functions/api/env.ts';\nimport { e } from '#core/events/catalogue.ts';",
    ],
    [
      'test/a.test.ts',
      "import { b } from '#core/id.ts';\nimport { c } from './support/c.ts';\nimport d from '../web/d.ts';",
    ],
  ])('lets pass in %s: %s', (path, text) => {
    expect(refused(path, text)).toEqual([]);
  });

  it('names the files of an import cycle in core, once', () => {
    const sources = [
      { path: 'core/a.ts', text: "import { b } from './b.ts';\n" },
      { path: 'core/b.ts', text: "\nimport type { c } from '#core/c.ts';\n" },
      { path: 'core/c.ts', text: "export * from './a.ts';\nimport { d } from './d.ts';\n" },
      { path: 'core/d.ts', text: '' },
    ];
    expect(report(checkArrows(sources, aliases))).toEqual([
      'core/c.ts:1 import cycle core/a.ts → core/b.ts → core/c.ts → core/a.ts',
    ]);
  });
});
