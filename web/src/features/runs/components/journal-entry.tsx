import { memo, useState } from 'react';
import { Output } from '../../../ui/fold.tsx';
import { Glyph } from '../../../ui/glyph.tsx';
import { Markdown } from '../../../ui/markdown.tsx';
import { Pre } from '../../../ui/scroll.tsx';
import { Time } from '../../../ui/time.tsx';
import { checklistOf, detailOf, type Entry, subjectOf, type ToolCall } from '../journal.ts';

/** One entry of the journal. Entries never change but for the result that a call gets. */
export const JournalEntry = memo(
  function JournalEntry({ entry }: { readonly entry: Entry }) {
    switch (entry.kind) {
      case 'text':
        return (
          <div className="entry text">
            <Markdown text={entry.text} />
          </div>
        );
      case 'thinking':
        return <Folded label="Thinking" text={entry.text} />;
      case 'prompt':
        return (
          <Folded
            label={entry.reset ? 'Context restarted with a hand-off note' : 'What the agent was given'}
            text={entry.text}
          />
        );
      case 'call':
        return <Call call={entry} />;
      case 'said':
        return (
          <div className="entry said">
            <span className="label">Told the agent</span>
            <Markdown text={entry.text} />
          </div>
        );
      case 'note':
        return (
          <div className="entry note">
            <span>{entry.text}</span>
            <Time at={entry.at} />
          </div>
        );
    }
  },
  (before, after) => JSON.stringify(before) === JSON.stringify(after),
);

function Folded({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <details className="entry folded">
      <summary>{label}</summary>
      <Pre label={label} className="output">
        {text}
      </Pre>
    </details>
  );
}

function Call({ call }: { readonly call: ToolCall }) {
  const [open, setOpen] = useState(false);
  const checklist = checklistOf(call);
  const look = call.result === null ? 'half' : call.result.failed ? 'cross' : 'check';
  const tone = call.result === null ? 'active' : call.result.failed ? 'bad' : 'quiet';
  const state = call.result === null ? 'at work' : call.result.failed ? 'failed' : 'answered';
  return (
    <div className={`entry call ${state}`}>
      <button
        type="button"
        className="call-head"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        data-row
      >
        <Glyph shape={look} tone={tone} />
        <span className="tool">{call.name}</span>
        <code className="subject">{subjectOf(call)}</code>
        <span className="visually-hidden">{state}</span>
      </button>
      {checklist.length === 0 ? null : <Checklist items={checklist} />}
      {open && checklist.length === 0
        ? detailOf(call).map(({ name, text }) => (
            <div key={name} className="call-input">
              <span className="label">{name}</span>
              <Output text={text} />
            </div>
          ))
        : null}
      {call.result !== null &&
      checklist.length === 0 &&
      (open || call.result.failed || call.name === 'bash') ? (
        <Output text={call.result.text || '(no output)'} bad={call.result.failed} />
      ) : null}
    </div>
  );
}

function Checklist({
  items,
}: {
  readonly items: readonly { readonly text: string; readonly status: string }[];
}) {
  return (
    <ul className="checklist">
      {items.map(({ text, status }) => (
        <li key={text} className={`checklist-item ${status}`}>
          <Glyph
            shape={status === 'done' ? 'check' : status === 'doing' ? 'half' : 'dashed'}
            tone={status === 'doing' ? 'active' : 'quiet'}
          />
          {text}
          <span className="visually-hidden">: {status}</span>
        </li>
      ))}
    </ul>
  );
}
