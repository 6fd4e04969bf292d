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

/** Files in which a project names registries of its own. */
export const registryFiles = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'pip.conf',
  '.cargo/config.toml',
  'bunfig.toml',
] as const;

/** The hosts of the addresses in such a file. */
export function hostsNamedIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/(?:[^\s/@]*@)?([A-Za-z0-9.-]+)/g)].map(([, host = '']) =>
    host.toLowerCase(),
  );
}
