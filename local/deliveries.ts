/** Webhooks on one machine: a delivery is a file until it was worked on, so that a crash loses none. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixedVault } from '#adapters/github/credentials.ts';
import { Delivery, listen } from '#adapters/github/listener.ts';
import type { Ground } from './ground.ts';

/** Takes deliveries, works on them one after the other, and on what the last host left. */
export interface Deliveries {
  handOn(delivery: Delivery): Promise<void>;
  /** Works on what lies there; a delivery that fails stays for the next start, and GitHub can send it again. */
  work(): Promise<void>;
}

/** Null where GitHub is not connected. */
export function createDeliveries({
  config,
  steps,
  log,
}: Pick<Ground, 'config' | 'steps' | 'log'>): Deliveries | null {
  const { github } = config;
  if (github === undefined) return null;
  const folder = join(config.dataDir, 'deliveries');
  const deps = { apiUrl: github.apiUrl, vault: fixedVault(github.credential), steps };
  const workOn = async (name: string): Promise<void> => {
    const file = join(folder, name);
    try {
      const did = await listen(deps, Delivery.parse(JSON.parse(await readFile(file, 'utf8'))));
      log('info', 'a webhook was heard', { did });
      await rm(file);
    } catch (error) {
      log('error', 'a webhook could not be worked on', { name, error });
    }
  };
  const work = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    for (const name of (await readdir(folder)).sort()) if (name.endsWith('.json')) await workOn(name);
  };
  let tail = Promise.resolve();
  const soon = (): Promise<void> => {
    tail = tail.then(work);
    return tail;
  };
  return {
    work: soon,
    async handOn(delivery) {
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${delivery.id}.json`);
      await writeFile(`${file}.part`, JSON.stringify(delivery));
      await rename(`${file}.part`, file);
      void soon();
    },
  };
}
