/**
 * Builds what runs, into `dist/`: the host and its CLI, the sandbox's agent, the console, the sample's compiler and
 * the database template. Each part names what it is made from; a part whose inputs have not changed is left alone, and
 * a part whose entry is not there is left out. Progress goes to stderr, one line a part that was built.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const DIGESTS = join(ROOT, 'dist/.digests.json');
const ROOMS = ['core', 'adapters', 'functions', 'containers', 'statemachines', 'local', 'cli'];

/** The oldest Node that `package.json` promises. */
const TARGET = 'node20.19';

/**
 * What stays in node_modules: PGlite finds its WebAssembly and data beside itself; the others are optional native parts
 * that their packages look for and do without.
 */
const EXTERNAL = ['@electric-sql/*', 'pg-native', 'bufferutil', 'utf-8-validate'];

/** Bundled CommonJS packages call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";

const PARTS = [
  {
    name: 'omoi.mjs',
    entry: 'cli/main.ts',
    inputs: ROOMS,
    build: (out) =>
      bundle('cli/main.ts', out, { sourcemap: true, external: EXTERNAL, plugins: [sourceUrls] }),
  },
  {
    name: 'agent.mjs',
    entry: 'containers/agent/main.ts',
    inputs: ['core', 'adapters', 'containers'],
    // Small, because every sandbox parses it anew: minified it starts a third sooner. Names stay, for stack traces.
    build: (out) => bundle('containers/agent/main.ts', out, { minify: true, keepNames: true }),
  },
  {
    name: 'functions',
    entry: 'functions/steps/handler.ts',
    inputs: ['core', 'adapters', 'functions'],
    build: buildFunctions,
  },
  { name: 'web', entry: 'web/index.html', inputs: ['web', 'core'], build: buildWeb },
  {
    name: 'sample/typescript.tgz',
    entry: 'node_modules/sample-typescript/package.json',
    inputs: ['node_modules/sample-typescript/package.json'],
    build: packTypescript,
  },
  {
    name: 'pglite/template.tar.gz',
    entry: 'adapters/pglite/template.ts',
    inputs: [
      'adapters/postgres/migrations',
      'adapters/postgres/migrate.ts',
      'adapters/postgres/scope.ts',
      'adapters/postgres/wire-types.ts',
      'adapters/pglite/template.ts',
      'adapters/pglite/database.ts',
      'node_modules/@electric-sql/pglite/package.json',
      'node_modules/@electric-sql/pglite-pgvector/package.json',
    ],
    build: buildTemplate,
  },
  {
    name: 'docs/rapidoc-min.js',
    entry: 'node_modules/rapidoc/dist/rapidoc-min.js',
    inputs: ['node_modules/rapidoc/package.json'],
    build: (out) => copyFileSync(join(ROOT, 'node_modules/rapidoc/dist/rapidoc-min.js'), out),
  },
];

/** zod carries its messages in some fifty languages, and its one namespace keeps them all; ours are English. */
const oneLocale = {
  name: 'one-locale',
  setup(build) {
    build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

/** Bundles one entry into one file that plain Node runs. */
async function bundle(entry, out, { plugins = [], ...options } = {}) {
  const { build } = await import('esbuild');
  const hasShebang = readFileSync(join(ROOT, entry), 'utf8').startsWith('#!');
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    loader: { '.md': 'text', '.sql': 'text', '.txt': 'text' },
    banner: { js: `${hasShebang ? '' : '#!/usr/bin/env node\n'}${REQUIRE}` },
    logLevel: 'warning',
    plugins: [oneLocale, ...plugins],
    ...options,
  });
  chmodSync(out, 0o755);
}

/**
 * Lets a source file find what lies beside it (migrations, state machines, the sample) from inside the bundle too: its
 * `import.meta.url` stays the file's own place in the tree.
 */
const sourceUrls = {
  name: 'source-urls',
  setup(build) {
    build.onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const text = readFileSync(path, 'utf8');
      const own = JSON.stringify(relative(join(ROOT, 'dist'), path).replaceAll('\\', '/'));
      const contents = text.replaceAll('import.meta.url', `new URL(${own}, import.meta.url).href`);
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

/** What Lambda runs. Libraries are bundled, the AWS SDK too: a file that was bundled starts sooner than the runtime's. */
const LAMBDA_TARGET = 'node24';

/** Bundles each Lambda into a folder of its own; that of the migrations has the SQL files beside it. */
async function buildFunctions(out) {
  const { build } = await import('esbuild');
  const names = readdirSync(join(ROOT, 'functions')).filter((name) =>
    existsSync(join(ROOT, 'functions', name, 'handler.ts')),
  );
  rmSync(out, { recursive: true, force: true });
  const one = (name) =>
    build({
      absWorkingDir: ROOT,
      entryPoints: [{ in: `functions/${name}/handler.ts`, out: 'index' }],
      outdir: join(out, name),
      outExtension: { '.js': '.mjs' },
      bundle: true,
      // What is imported only when it is needed (the SDK's ways to find credentials on a laptop, Bedrock's client) lies
      // in files beside: a start that does not need it does not parse it.
      splitting: true,
      chunkNames: '[name]-[hash]',
      platform: 'node',
      format: 'esm',
      target: LAMBDA_TARGET,
      mainFields: ['module', 'main'],
      // Without the names of classes and functions, which would cost a start 20 ms; errors say theirs (core/errors.ts).
      minify: true,
      sourcemap: true,
      // Positions are enough: the sources are in the repository.
      sourcesContent: false,
      external: ['pg-native'],
      plugins: [oneLocale, lambdaCredentials],
      banner: { js: REQUIRE },
      logLevel: 'warning',
    });
  await Promise.all(names.map(one));
  if (names.includes('migrate'))
    cpSync(join(ROOT, 'adapters/postgres/migrations'), join(out, 'migrate/migrations'), { recursive: true });
}

/**
 * A Lambda's credentials are in its environment; the ways to find them on a laptop are never tried there, and what only
 * those load is left out: the clients of STS and single sign-on. So is what the SDK has for browsers alone (bowser), and
 * what X-Ray's has for the SDK's second version (semver).
 */
const lambdaCredentials = {
  name: 'lambda-credentials',
  setup(build) {
    const laptop = /^@aws-sdk\/credential-provider-(?:ini|sso|process|web-identity|login|cognito-identity)$/;
    const never = /^(?:bowser|@aws-sdk\/nested-clients\/.+)$/;
    for (const filter of [laptop, never])
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'not-on-lambda' }));
    build.onResolve({ filter: /^semver$/ }, ({ path, importer }) =>
      /[/\\]aws-xray-sdk-core[/\\]/.test(importer) ? { path, namespace: 'not-on-lambda' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'not-on-lambda' }, () => ({ contents: 'module.exports = {};' }));
  },
};

async function buildWeb(out) {
  const { build } = await import('vite');
  const config = ['web/vite.config.ts', 'web/vite.config.mjs']
    .map((path) => join(ROOT, path))
    .find(existsSync);
  const plugins = config ? [] : [(await import('@vitejs/plugin-react')).default()];
  await build({
    root: join(ROOT, 'web'),
    configFile: config ?? false,
    plugins,
    logLevel: 'warn',
    build: { outDir: out, emptyOutDir: true },
  });
}

/** Runs the adapter's own template builder; its sources are bundled first, since this is plain Node. */
async function buildTemplate(out) {
  const script = join(ROOT, `dist/.template-${process.pid}.mjs`);
  try {
    await bundle('adapters/pglite/template.ts', script, { packages: 'external', plugins: [sourceUrls] });
    const { buildTemplate: build } = await import(pathToFileURL(script).href);
    await build(out);
  } finally {
    rmSync(script, { force: true });
  }
}

/** Packs of TypeScript what `tsc` needs for a program without a DOM, as `npm pack` would: no network for the sample. */
function packTypescript(out) {
  const from = join(ROOT, 'node_modules/sample-typescript');
  const { version, license, engines } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const manifest = { name: 'typescript', version, license, bin: { tsc: './bin/tsc' }, engines };
  const libraries = readdirSync(join(from, 'lib'))
    .filter((name) => /^lib\..*d\.ts$/.test(name) && !/dom|webworker|scripthost/.test(name))
    .map((name) => `lib/${name}`);
  const files = [
    'LICENSE.txt',
    'ThirdPartyNoticeText.txt',
    'bin/tsc',
    'lib/_tsc.js',
    'lib/tsc.js',
    ...libraries,
  ];
  const entries = files.sort().map((path) => tarEntry(path, readFileSync(join(from, path))));
  entries.unshift(tarEntry('package.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)));
  const packed = gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]), { level: 9 });
  // The tenth byte names the operating system: 'unknown', so that every machine writes the same.
  packed[9] = 255;
  writeFileSync(out, packed);
}

/** One file of a ustar archive: a header of 512 bytes, then the data in blocks of 512. */
function tarEntry(path, data) {
  const header = Buffer.alloc(512);
  const octal = (value, width) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(`package/${path}`, 0);
  header.write(octal(path.startsWith('bin/') ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8) + octal(0, 8), 108);
  // Size, and the date that npm gives every packed file (26 October 1985), so that the bytes never change.
  header.write(octal(data.length, 12) + octal(499_162_500, 12), 124);
  // The checksum is taken with eight spaces in its own place; type '0' is a plain file.
  header.write('        0', 148);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

/** Digest of the files under some paths, with this script and the locked packages. */
function digestOf(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const absolute = join(ROOT, path);
    if (!existsSync(absolute)) return;
    for (const entry of readdirSync(absolute, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue;
      if (entry.isDirectory()) visit(`${path}/${entry.name}`);
      else if (entry.isFile()) add(`${path}/${entry.name}`);
    }
  };
  const add = (path) => {
    const bytes = readFileSync(join(ROOT, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  };
  for (const path of [...paths, 'build.mjs', 'package-lock.json', 'package.json']) {
    if (/\.\w+$/.test(path)) add(path);
    else visit(path);
  }
  return hash.digest('hex');
}

/** Builds a part unless nothing changed; returns its digest, or undefined when there is nothing to build from. */
async function make({ name, entry, inputs, build }, before) {
  const out = join(ROOT, 'dist', name);
  if (!existsSync(join(ROOT, entry))) return undefined;
  const digest = digestOf(inputs);
  if (before[name] === digest && existsSync(out)) return digest;
  const started = performance.now();
  mkdirSync(join(out, '..'), { recursive: true });
  await build(out);
  process.stderr.write(`built dist/${name} in ${Math.round(performance.now() - started)} ms\n`);
  return digest;
}

const before = existsSync(DIGESTS) ? JSON.parse(readFileSync(DIGESTS, 'utf8')) : {};
const results = await Promise.allSettled(PARTS.map((part) => make(part, before)));
const after = Object.fromEntries(PARTS.map(({ name }, at) => [name, results[at].value]));
mkdirSync(join(ROOT, 'dist'), { recursive: true });
// Written beside and moved into place: two builds at once leave one whole file.
writeFileSync(`${DIGESTS}.${process.pid}`, `${JSON.stringify(after, null, 2)}\n`);
renameSync(`${DIGESTS}.${process.pid}`, DIGESTS);
for (const [at, { reason }] of results.entries()) {
  if (reason === undefined) continue;
  process.stderr.write(`dist/${PARTS[at].name}: ${reason.stack ?? reason}\n`);
  process.exitCode = 1;
}
