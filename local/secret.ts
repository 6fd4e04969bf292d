import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret that signs run tokens and blob URLs of this data folder: made once, readable by its owner alone. It has to
 * outlive the host, or a restart would shut every sandbox out.
 */
export async function ownSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret');
  const made = randomBytes(32).toString('base64url');
  const existing = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (existing !== null) return existing;
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
