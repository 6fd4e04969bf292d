import { describe, expect, it } from 'vitest';
import { commandLine, startLine } from '#cli/paste.ts';

describe('a command line to paste', () => {
  it.each([
    ['http://127.0.0.1:18000', 'omoi watch TKT-1'],
    ['http://127.0.0.1:18097', 'omoi watch TKT-1 --url http://127.0.0.1:18097'],
    ['http://[::1]:18000', "omoi watch TKT-1 --url 'http://[::1]:18000'"],
    ['https://omoi.example/a;b', "omoi watch TKT-1 --url 'https://omoi.example/a;b'"],
  ])('for the host at %s is %s', (url, line) => {
    expect(commandLine(url, 'omoi watch TKT-1')).toBe(line);
  });

  it.each([
    ['http://127.0.0.1:18000', 'omoi start'],
    ['http://localhost:18097', 'omoi start --port 18097'],
    ['https://omoi.example', null],
  ])('that starts a host at %s is %s', (url, line) => {
    expect(startLine(url)).toBe(line);
  });
});
