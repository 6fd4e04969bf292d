/** To GitHub, which makes an App of a manifest, and back: only the tab that went there takes what it sends. */
import type { ManifestView } from '#core/api/views.ts';

/** What the address says when GitHub sent the person here. */
export type WayBack =
  | { readonly type: 'none' }
  /** An answer that this tab did not ask for: it is used for nothing. */
  | { readonly type: 'foreign' }
  | { readonly type: 'ours'; readonly code: string; readonly state: string };

/** Reads the query of an address, where `expected` is the state that this tab went with. Pure. */
export function readWayBack(search: string, expected: string | null): WayBack {
  const query = new URLSearchParams(search);
  const code = query.get('code');
  const state = query.get('state');
  if (code === null || state === null) return { type: 'none' };
  return state === expected ? { type: 'ours', code, state } : { type: 'foreign' };
}

const key = 'omoi.github';

/** The same for this page, once: then the address and the tab know nothing of it any more. */
export function takeWayBack(): WayBack {
  const back = readWayBack(location.search, sessionStorage.getItem(key));
  if (back.type === 'none') return back;
  sessionStorage.removeItem(key);
  return back;
}

/** Posts the manifest to GitHub's page, as only a form can: this page is left. */
export function leaveFor({ url, manifest, state }: ManifestView): void {
  sessionStorage.setItem(key, state);
  const form = document.createElement('form');
  form.method = 'post';
  form.action = url;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'manifest';
  field.value = manifest;
  form.append(field);
  document.body.append(form);
  form.submit();
}
