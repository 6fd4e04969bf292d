/** Webhooks on one machine: a delivery is a file until it was worked on, so that a crash loses none. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Delivery, type ListenerDeps, listen } from '#adapters/github/listener.ts';
import { NetworkPolicy } from '#core/project/project.ts';
import { configuredApi } from './forge.ts';
import type { Ground } from './ground.ts';

/** Takes deliveries, works on them one after the other, and on what the last host left. */
export interface Deliveries {
  handOn(delivery: Delivery): Promise<void>;
  /** Works on what lies there; a delivery that fails stays for the next start, and GitHub can send it again. */
  work(): Promise<void>;
}

/** Works on deliveries in the data folder; the steps decide what follows of them. */
export function createDeliveries({
  config,
  vault,
  steps,
  obstacles,
  log,
}: Pick<Ground, 'config' | 'vault' | 'steps' | 'log'> & Pick<ListenerDeps, 'obstacles'>): Deliveries {
  const folder = join(config.dataDir, 'deliveries');
  const deps = { apiUrl: configuredApi(config), vault, steps, obstacles, networks: NetworkPolicy.options };
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
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names.sort()) if (name.endsWith('.json')) await workOn(name);
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
