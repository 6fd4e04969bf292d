/** A unified diff: a list of its files, and each file to fold and unfold. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button, Empty } from '../../../ui/basics.tsx';
import { plural } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { Note } from '../notes.ts';
import type { Review } from '../review.ts';
import { type FileDiff, parseUnified } from '../unified.ts';
import { FileLines, type Noting } from './diff-lines.tsx';
import type { Place } from './review-notes.tsx';

/** A file longer than this is folded at first: lock files and generated code. */
const foldedFrom = 600;

const sizeOf = (file: FileDiff): number => file.hunks.reduce((sum, { lines }) => sum + lines.length, 0);

const idOf = (place: number): string => `diff-${place}`;

interface Props {
  readonly text: string;
  readonly cut: boolean;
  /** The review that its files and lines take notes for; null where none is written. */
  readonly review: Review | null;
}

export function DiffViewer({ text, cut, review }: Props) {
  const files = useMemo(() => parseUnified(text), [text]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(
    () => new Set(files.filter((file) => sizeOf(file) > foldedFrom).map(({ path }) => path)),
  );
  const notingOf = useNoting(review);
  if (files.length === 0) return <Empty title="No file changed." />;
  const toggle = (path: string): void =>
    setFolded((now) => new Set(now.has(path) ? [...now].filter((one) => one !== path) : [...now, path]));
  const all = folded.size === files.length;
  return (
    <section className="diff" aria-label="Changes">
      <div className="diff-head">
        <h2>{plural(files.length, 'file')} changed</h2>
        <Counts
          added={files.reduce((sum, { added }) => sum + added, 0)}
          removed={files.reduce((sum, { removed }) => sum + removed, 0)}
        />
        <span className="spacer" />
        <Button
          kind="ghost"
          onClick={() => setFolded(all ? new Set() : new Set(files.map(({ path }) => path)))}
        >
          {all ? 'Unfold all' : 'Fold all'}
        </Button>
      </div>
      {cut ? (
        <p className="banner">This diff is cut: it is larger than a page can show. Look at it with git.</p>
      ) : null}
      <div className="diff-columns">
        <FileList files={files} />
        <div className="diff-files">
          {files.map((file, place) => (
            <File
              key={file.path}
              id={idOf(place)}
              file={file}
              folded={folded.has(file.path)}
              onToggle={() => toggle(file.path)}
              noting={notingOf(file.path)}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

/** Files without a note, and without one that is being written, get the same each time, so that they are not drawn anew. */
function useNoting(review: Review | null): (path: string) => Noting | null {
  const [at, onWrite] = useState<Place | null>(null);
  const latest = useRef(review);
  useEffect(() => {
    latest.current = review;
  });
  const quiet = useMemo<Noting>(() => {
    const onAdd = (note: Note) => latest.current?.add(note);
    const onRemove = (note: Note) => latest.current?.remove(note);
    return { notes: [], at: null, onWrite, onAdd, onRemove };
  }, []);
  const notes = review?.notes;
  return useMemo(() => {
    if (notes === undefined) return () => null;
    const busy = new Map<string, Noting>();
    for (const { path } of at === null ? notes : [...notes, at]) {
      const mine = notes.filter((note) => note.path === path);
      busy.set(path, { ...quiet, notes: mine, at: at?.path === path ? at : null });
    }
    return (path: string) => busy.get(path) ?? quiet;
  }, [notes, at, quiet]);
}

function FileList({ files }: { readonly files: readonly FileDiff[] }) {
  return (
    <nav className="diff-list" aria-label="Changed files">
      {files.map((file, place) => (
        <button
          key={file.path}
          type="button"
          className="diff-link"
          title={file.path}
          onClick={() => document.getElementById(idOf(place))?.scrollIntoView({ block: 'start' })}
        >
          <span className="path">
            <bdi>{file.path}</bdi>
          </span>
          <Counts added={file.added} removed={file.removed} />
        </button>
      ))}
    </nav>
  );
}

function Counts({ added, removed }: { readonly added: number; readonly removed: number }) {
  return (
    <span className="counts">
      <span className="added">+{added}</span> <span className="removed">−{removed}</span>
      <span className="visually-hidden">
        {added} lines added, {removed} removed
      </span>
    </span>
  );
}

interface FileProps {
  readonly id: string;
  readonly file: FileDiff;
  readonly folded: boolean;
  readonly onToggle: () => void;
  readonly noting: Noting | null;
}

function File({ id, file, folded, onToggle, noting }: FileProps) {
  const write = (): void => {
    if (folded) onToggle();
    noting?.onWrite({ path: file.path, line: null });
  };
  return (
    <section id={id} className="diff-file" aria-label={file.path}>
      <div className="diff-file-bar">
        <button type="button" className="diff-file-head" aria-expanded={!folded} onClick={onToggle} data-row>
          <Icon name="chevron" />
          <span className="path">{file.from === null ? file.path : `${file.from} → ${file.path}`}</span>
          {file.change === 'changed' ? null : <span className="muted">{file.change}</span>}
          <Counts added={file.added} removed={file.removed} />
        </button>
        {noting === null ? null : (
          <Button kind="ghost" onClick={write} aria-label={`Write a note on ${file.path}`}>
            Note
          </Button>
        )}
      </div>
      {folded ? null : <FileLines file={file} noting={noting} />}
    </section>
  );
}
