/** placeholder */
import type { Folders } from '../folders.ts';
import type { RegistryAccess } from './run.ts';
export async function registryAccess(
  _folders: Folders,
): Promise<(RegistryAccess & { close(): void }) | null> {
  return null;
}
