import { describe, expect, it } from 'vitest';
import { isAllowedHost, namesRegistries, publicRegistries, registriesIn } from '#core/project/registries.ts';

describe('registries that a project names', () => {
  it.each<[string, string, string[]]>([
    ['.npmrc', '@us:registry=https://user:secret@NPM.example.org/a\n', ['npm.example.org']],
    [
      '.cargo/config.toml',
      '[registries.us]\nindex = "sparse+https://cargo.example.org/"',
      ['cargo.example.org'],
    ],
    ['.mvn/settings.xml', '<mirror><url>https://maven.example.org/all</url></mirror>', ['maven.example.org']],
    [
      'pom.xml',
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><url>https://home.example.org</url>
      <repositories><repository><url>https://a.example.org/maven</url></repository></repositories>
      <pluginRepositories><pluginRepository><url>https://b.example.org</url></pluginRepository></pluginRepositories>
      <distributionManagement><repository><url>https://out.example.org</url></repository></distributionManagement></project>`,
      ['a.example.org', 'b.example.org'],
    ],
    [
      'build.gradle',
      `// https://docs.example.org\nrepositories { mavenCentral()\n maven { url "https://a.example.org/m" } }`,
      ['a.example.org'],
    ],
    [
      'settings.gradle.kts',
      `maven("https://a.example.org")\nmaven {\n  url = uri("https://b.example.org")\n}\nval x = "https://c.example.org"`,
      ['a.example.org', 'b.example.org'],
    ],
    [
      'pyproject.toml',
      `[project.urls]\nHomepage = "https://home.example.org"\n
[[tool.uv.index]]\nname = "us"\nurl = "https://a.example.org/simple"\n
[[tool.poetry.source]]\nurl = "https://b.example.org/simple"\n
[tool.uv]\nextra-index-url = ["https://c.example.org"]\n
[tool.ruff]\ndocs = "https://d.example.org"\n`,
      ['a.example.org', 'b.example.org', 'c.example.org'],
    ],
    [
      'requirements.txt',
      '--extra-index-url https://a.example.org/simple\nlib @ https://files.example.org/lib.whl\n',
      ['a.example.org'],
    ],
  ])('%s', (path, text, hosts) => {
    expect(namesRegistries(path)).toBe(true);
    expect(registriesIn(path, text)).toEqual(hosts);
  });

  it('are read from no other file', () => {
    expect(namesRegistries('README.md')).toBe(false);
    expect(namesRegistries('sub/.npmrc')).toBe(false);
    expect(registriesIn('README.md', 'https://a.example.org')).toEqual([]);
  });
});

it('a public registry is reached by its whole name', () => {
  expect(isAllowedHost('Repo.Maven.Apache.org.', publicRegistries)).toBe(true);
  expect(isAllowedHost('evilrepo.maven.apache.org', publicRegistries)).toBe(false);
});
