/** Keys of the console. Sequences like `g t` are one binding; nothing fires while a person types or a dialog is open. */
import { useEffect, useRef } from 'react';
import { type Bindings, bindingFor, nameOfPress } from './press.ts';

/** Between the two keys of a sequence. */
const sequenceMs = 1200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useHotkeys(bindings: Bindings): void {
  const current = useRef(bindings);
  current.current = bindings;
  useEffect(() => {
    let before: { name: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent): void => {
      const name = nameOfPress(event);
      if (name === null || event.defaultPrevented) return;
      const blocked = isTyping(event.target) || document.querySelector('dialog[open]') !== null;
      if (blocked && !name.startsWith('mod+')) return;
      const recent = before !== null && event.timeStamp - before.at < sequenceMs ? before.name : null;
      const binding = bindingFor(current.current, recent, name);
      before = { name, at: event.timeStamp };
      if (binding === null) return;
      event.preventDefault();
      before = null;
      current.current[binding]?.();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

/** Moves the focus among the rows (`data-row`) of the page. From nowhere, to the first or last. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.findIndex((row) => row.matches(':focus'));
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
}
