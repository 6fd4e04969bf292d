import { useState } from 'react';
import { foldLines } from './fold-lines.ts';

/** Output of a program, folded to its head and tail. */
export function Output({ text, bad = false }: { readonly text: string; readonly bad?: boolean }) {
  const [open, setOpen] = useState(false);
  const folded = open ? null : foldLines(text);
  if (folded === null) return <pre className={`output ${bad ? 'bad' : ''}`}>{text}</pre>;
  return (
    <pre className={`output ${bad ? 'bad' : ''}`}>
      {folded.head}
      <button type="button" className="unfold" onClick={() => setOpen(true)}>
        Show {folded.hidden} more lines
      </button>
      {folded.tail}
    </pre>
  );
}
