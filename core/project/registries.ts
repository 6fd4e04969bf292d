/**
 * The public package registries that the `registries` network policy lets a sandbox reach: hosts of the ecosystems'
 * own tools, with the places that they download from.
 */

/** Exact host names; a leading dot takes every name below it as well. */
export const publicRegistries: readonly string[] = [
  // npm, yarn, and what native modules fetch
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'repo.yarnpkg.com',
  'nodejs.org',
  'jsr.io',
  '.jsr.io',
  // Python
  'pypi.org',
  'files.pythonhosted.org',
  // Go
  'proxy.golang.org',
  'sum.golang.org',
  // Rust
  'index.crates.io',
  'static.crates.io',
  'crates.io',
  // Ruby, PHP
  'rubygems.org',
  'index.rubygems.org',
  'repo.packagist.org',
  // JVM
  'repo.maven.apache.org',
  'repo1.maven.org',
  'plugins.gradle.org',
  'services.gradle.org',
  // .NET
  'api.nuget.org',
  // Elixir, Dart
  'repo.hex.pm',
  'builds.hex.pm',
  'pub.dev',
];

/** Whether a host is one of these names, or below one that begins with a dot. */
export function isAllowedHost(host: string, allowed: Iterable<string>): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  for (const entry of allowed)
    if (name === entry || (entry.startsWith('.') && name.endsWith(entry))) return true;
  return false;
}

const address = /https?:\/\/(?:[^\s/@]*@)?([A-Za-z0-9.-]+)/g;

/** Every address in it is a registry's. */
const whole = /[\s\S]+/g;
/** Maven: where artifacts and plugins come from. Where they are published to is none of an agent's business. */
const mavenRepositories = /<(repositories|pluginRepositories)>[\s\S]*?<\/\1>/g;
/** Gradle: `maven { url = uri("https://…") }`, `maven("https://…")`. */
const gradleRepositories = /\bmaven\s*(\{[^}]*\}|\([^)]*\))/g;
/** uv, Poetry, PDM: `[[tool.uv.index]]`, up to the next table; and pip's options in a list of requirements. */
const pythonIndexes = /^\[+tool\.[\w.-]*\.(index|source)\]+[\s\S]*?(?=^\[|(?![\s\S]))|^.*index-url\b.*$/gm;
const pipOptions = /^\s*(-i|--index-url|--extra-index-url|-f|--find-links)\b.*$/gm;

/** Where in the files of its first folder a project names registries of its own. */
const registryFiles = new Map<string, RegExp>([
  ['.npmrc', whole],
  ['.yarnrc', whole],
  ['.yarnrc.yml', whole],
  ['bunfig.toml', whole],
  ['pip.conf', whole],
  ['pyproject.toml', pythonIndexes],
  ['requirements.txt', pipOptions],
  ['.cargo/config.toml', whole],
  ['.mvn/settings.xml', whole],
  ['pom.xml', mavenRepositories],
  ...['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'].map(
    (name) => [name, gradleRepositories] as const,
  ),
]);

/** Whether a file may name registries. */
export const namesRegistries = (path: string): boolean => registryFiles.has(path);

/** Of a file so many characters are read: more than anybody writes there. */
const most = 100_000;

/** The hosts of the registries that such a file names. */
export function registriesIn(path: string, text: string): string[] {
  const places = text.slice(0, most).match(registryFiles.get(path) ?? /(?!)/g) ?? [];
  return places.flatMap((place) => [...place.matchAll(address)].map(([, host = '']) => host.toLowerCase()));
}
