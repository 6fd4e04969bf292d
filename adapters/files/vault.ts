/** The GitHub credential on one machine: a file in the data folder that only its owner can read. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { Kept, type Vault, vaultOver } from '../github/credentials.ts';

/** A vault in this file; a new credential takes the old one's place whole or not at all. */
export function fileVault(file: string): Vault {
  return vaultOver(
    async () => {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      return text === null ? null : Kept.parse(JSON.parse(text));
    },
    async (kept) => {
      const part = `${file}.part`;
      await writeFile(part, JSON.stringify(kept), { mode: 0o600, flush: true });
      // A part that was left behind keeps the rights it had.
      await chmod(part, 0o600);
      await rename(part, file);
    },
  );
}
