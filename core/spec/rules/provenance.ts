import { type DocumentKind, upstreamOfKind } from '../document.ts';
import type { Blocker, Provenance } from '../evaluation.ts';

/** A document must be written from the versions in force: all that there are, and no other. */
export function provenance(kind: DocumentKind, { upstream, approved }: Provenance): Blocker[] {
  return upstreamOfKind[kind].flatMap((above): Blocker[] => {
    const used = upstream[above];
    const inForce = approved[above];
    if (used === inForce) return [];
    if (used === undefined) return [stale(`the approved ${above} was not used`)];
    if (inForce === undefined)
      return [stale(`it was written from a version of the ${above} that is not approved`)];
    return [stale(`it was written from another version of the ${above} than the approved one`)];
  });
}

function stale(message: string): Blocker {
  return { code: 'upstream-not-approved', message, at: '' };
}
