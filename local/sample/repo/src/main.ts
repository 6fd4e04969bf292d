#!/usr/bin/env node
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { runCommand } from './commands.js';
import { parseDay } from './days.js';
import { LendingError } from './errors.js';
import { formatLibrary, parseLibrary } from './storage.js';

/** Takes `--name value` off the command line. */
function option(args: string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}

/** Writes beside the file and renames, so that a full disk never leaves half a library. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

try {
  const args = process.argv.slice(2);
  const path = option(args, 'file') ?? 'library.json';
  const today = parseDay(option(args, 'today') ?? new Date().toISOString().slice(0, 10));
  const library = parseLibrary(readFileSync(path, 'utf8'));
  const outcome = runCommand(library, args, today);
  if (outcome.library !== library) save(path, formatLibrary(outcome.library));
  process.stdout.write(`${outcome.output}\n`);
} catch (error) {
  if (!(error instanceof LendingError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}
