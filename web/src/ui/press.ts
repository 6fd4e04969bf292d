/** Which binding a press of a key means. Pure. */

/** By what is pressed: `c`, `?`, `g t`, `mod+k`. */
export type Bindings = Readonly<Record<string, () => void>>;

/** The name of a press: `mod+k` for Ctrl-K and ⌘K, else the character itself. Null for what is no binding's first key. */
export function nameOfPress(press: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): string | null {
  if (press.altKey) return null;
  if (press.ctrlKey || press.metaKey) return `mod+${press.key.toLowerCase()}`;
  return press.key.length === 1 ? press.key : null;
}

/** Which binding a press means after an earlier one, if any. */
export function bindingFor(bindings: Bindings, before: string | null, press: string): string | null {
  if (before !== null && Object.hasOwn(bindings, `${before} ${press}`)) return `${before} ${press}`;
  return Object.hasOwn(bindings, press) ? press : null;
}
