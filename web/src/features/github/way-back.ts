/** What an address says of GitHub's answer: only the tab that went there takes what it sends. Pure. */

/** What the address says when GitHub sent the person here. */
export type WayBack =
  | { readonly type: 'none' }
  /** An answer that this tab did not ask for: it is used for nothing. */
  | { readonly type: 'foreign' }
  | { readonly type: 'ours'; readonly code: string; readonly state: string };

/** Reads the query of an address, where `expected` is the state that this tab went with. */
export function readWayBack(search: string, expected: string | null): WayBack {
  const query = new URLSearchParams(search);
  const code = query.get('code');
  const state = query.get('state');
  if (code === null || state === null) return { type: 'none' };
  return state === expected ? { type: 'ours', code, state } : { type: 'foreign' };
}
