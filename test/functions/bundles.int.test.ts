/** What `npm run build` made for Lambda. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROOT } from '../tree/files.ts';

const folder = `${ROOT}dist/functions`;
const files = (name: string) =>
  readdirSync(`${folder}/${name}`)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => `${folder}/${name}/${file}`);

it.each(['api', 'gateway', 'steps'])('%s, which somebody waits for, has 1.5 MB of code at most', (name) => {
  const bytes = files(name).reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeLessThanOrEqual(1_500_000);
});

it('no bundle but the forge can start a program, the libraries in it included', () => {
  const starting = readdirSync(folder).filter((name) =>
    files(name).some((file) => readFileSync(file, 'utf8').includes('child_process')),
  );
  expect(starting).toEqual(['forge']);
});
