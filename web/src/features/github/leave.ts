/** To GitHub, which makes an App of a manifest, and back. */
import type { ManifestView } from '#core/api/views.ts';
import { readWayBack, type WayBack } from './way-back.ts';

const key = 'omoi.github';

/** What this page's address says, once: then the address and the tab know nothing of it any more. */
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
