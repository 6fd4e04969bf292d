import { useState } from 'react';
import { foldLines } from './fold-lines.ts';
import { Pre } from './scroll.tsx';

/** Output of a program, folded to its head and tail. */
export function Output({ text, bad = false }: { readonly text: string; readonly bad?: boolean }) {
  const [open, setOpen] = useState(false);
  const folded = open ? null : foldLines(text);
  const look = { label: 'Output', className: `output ${bad ? 'bad' : ''}` };
  if (folded === null) return <Pre {...look}>{text}</Pre>;
  return (
    <Pre {...look}>
      {folded.head}
      <button type="button" className="unfold" onClick={() => setOpen(true)}>
        Show {folded.hidden} more lines
      </button>
      {folded.tail}
    </Pre>
  );
}
