/** A unified diff: a list of its files, and each file to fold and unfold. */
import { memo, useMemo, useState } from 'react';
import { Button, Empty } from '../../../ui/basics.tsx';
import { plural } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import { type DiffLine, type FileDiff, parseUnified } from '../unified.ts';

/** A file longer than this is folded at first: lock files and generated code. */
const foldedFrom = 600;

const sizeOf = (file: FileDiff): number => file.hunks.reduce((sum, { lines }) => sum + lines.length, 0);

const idOf = (place: number): string => `diff-${place}`;

export function DiffViewer({ text, cut }: { readonly text: string; readonly cut: boolean }) {
  const files = useMemo(() => parseUnified(text), [text]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(
    () => new Set(files.filter((file) => sizeOf(file) > foldedFrom).map(({ path }) => path)),
  );
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
            />
          ))}
        </div>
      </div>
    </section>
  );
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
}

function File({ id, file, folded, onToggle }: FileProps) {
  return (
    <section id={id} className="diff-file" aria-label={file.path}>
      <button type="button" className="diff-file-head" aria-expanded={!folded} onClick={onToggle} data-row>
        <Icon name="chevron" />
        <span className="path">{file.from === null ? file.path : `${file.from} → ${file.path}`}</span>
        {file.change === 'changed' ? null : <span className="muted">{file.change}</span>}
        <Counts added={file.added} removed={file.removed} />
      </button>
      {folded ? null : <FileLines file={file} />}
    </section>
  );
}

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '−', note: '' };

const FileLines = memo(function FileLines({ file }: { readonly file: FileDiff }) {
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
            <tr key={`${place}/${line.kind}/${line.before ?? ''}/${line.after ?? ''}`} className={line.kind}>
              <td className="no">{line.before}</td>
              <td className="no">{line.after}</td>
              <td className="sign">{signs[line.kind]}</td>
              <td className="text">{line.text}</td>
            </tr>
          )),
        ])}
      </tbody>
    </table>
  );
});
