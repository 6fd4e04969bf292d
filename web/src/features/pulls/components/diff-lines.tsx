/** The lines of one file of a diff, with the notes that a review puts under them. */
import { Fragment, memo } from 'react';
import type { Note } from '../notes.ts';
import type { DiffLine, FileDiff } from '../unified.ts';
import { NoteCard, NoteEditor, type Place } from './review-notes.tsx';

/** What writes notes; null where a pull request takes none any more. */
export interface Noting {
  readonly notes: readonly Note[];
  /** Where one is being written now. */
  readonly at: Place | null;
  readonly onWrite: (place: Place | null) => void;
  readonly onAdd: (note: Note) => void;
  readonly onRemove: (note: Note) => void;
}

interface Props {
  readonly file: FileDiff;
  readonly noting: Noting | null;
}

/** As much of a line goes with its note. */
const maxCode = 300;

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '−', note: '' };

/** Lines are many: they are drawn anew only for another file or another note. */
export const FileLines = memo(function FileLines({ file, noting }: Props) {
  const shown = new Set(file.hunks.flatMap(({ lines }) => lines.map(({ after }) => after)));
  const apart = noting?.notes.filter(({ line }) => line === null || !shown.has(line)) ?? [];
  return (
    <>
      {noting === null ? null : (
        <Notes noting={noting} notes={apart} open={noting.at !== null && noting.at.line === null} apart />
      )}
      <Table file={file} noting={noting} />
    </>
  );
});

function Notes({
  noting,
  notes,
  open,
  apart = false,
}: {
  readonly noting: Noting;
  readonly notes: readonly Note[];
  readonly open: boolean;
  readonly apart?: boolean;
}) {
  return (
    <>
      {notes.map((note, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same may be said twice of one place
        <NoteCard key={place} note={note} apart={apart} onRemove={noting.onRemove} />
      ))}
      {open && noting.at !== null ? (
        <NoteEditor place={noting.at} onAdd={noting.onAdd} onClose={() => noting.onWrite(null)} />
      ) : null}
    </>
  );
}

function Table({ file, noting }: Props) {
  if (file.binary) return <p className="muted pad">A binary file.</p>;
  if (file.hunks.length === 0) return <p className="muted pad">No line changed.</p>;
  return (
    <table className="lines">
      <tbody>
        {file.hunks.flatMap(({ place, header, lines }) => [
          <tr key={place} className="hunk">
            <td colSpan={4}>{header}</td>
          </tr>,
          ...lines.map((line) => (
            <Fragment key={`${place}/${line.kind}/${line.before ?? ''}/${line.after ?? ''}`}>
              <Line path={file.path} line={line} noting={noting} />
            </Fragment>
          )),
        ])}
      </tbody>
    </table>
  );
}

function Line({
  path,
  line,
  noting,
}: {
  readonly path: string;
  readonly line: DiffLine;
  readonly noting: Noting | null;
}) {
  const { after } = line;
  const notes = after === null ? [] : (noting?.notes.filter((note) => note.line === after) ?? []);
  const open = after !== null && noting?.at?.line === after;
  return (
    <>
      <tr className={line.kind}>
        <td className="no">{line.before}</td>
        <td className="no">
          {noting === null || after === null ? (
            after
          ) : (
            // Out of the way of the Tab key, by which a file is noted at its head: there are thousands of lines.
            <button
              type="button"
              tabIndex={-1}
              className="line-number"
              title={`Write a note on line ${after}`}
              onClick={() => noting.onWrite({ path, line: after, code: line.text.slice(0, maxCode) })}
            >
              {after}
            </button>
          )}
        </td>
        <td className="sign">{signs[line.kind]}</td>
        <td className="text">{line.text}</td>
      </tr>
      {noting !== null && (notes.length > 0 || open) ? (
        <tr className="noted">
          <td colSpan={4}>
            <Notes noting={noting} notes={notes} open={open} />
          </td>
        </tr>
      ) : null}
    </>
  );
}
