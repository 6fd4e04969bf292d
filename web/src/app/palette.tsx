/** The command palette: everything one can go to or do, by typing a part of its name. */
import { type KeyboardEvent, useId, useState } from 'react';
import { useProjects } from '../features/projects/api/projects.ts';
import { useTickets } from '../features/tickets/api/tickets.ts';
import { navigate } from '../router/router.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useTheme } from './theme.tsx';

interface Command {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  readonly run: () => void;
}

/** More would not be read but typed away. */
const shown = 12;

const matches = (label: string, words: readonly string[]): boolean =>
  words.every((word) => label.toLowerCase().includes(word));

/** 1 for what is called exactly so, before all that only contains it: `TKT-1` is not `TKT-19`. */
const isNamed = (label: string, words: readonly string[]): number =>
  `${label.toLowerCase()} `.startsWith(`${words.join(' ')} `) ? 1 : 0;

function useCommands(): Command[] {
  const { data: tickets } = useTickets();
  const { data: projects } = useProjects();
  const { toggle, theme } = useTheme();
  const go = (label: string, to: string, kind = 'Go to'): Command => ({
    key: to,
    label,
    kind,
    run: () => navigate(to),
  });
  return [
    go('New ticket', '/tickets/new', 'Do'),
    go('Connect a project', '/projects/new', 'Do'),
    { ...go('Connect GitHub', '/settings', 'Do'), key: 'github' },
    { key: 'theme', label: `Toggle theme (now ${theme})`, kind: 'Do', run: toggle },
    ...(tickets?.items ?? []).map(({ name, title }) => go(`${name} ${title}`, `/tickets/${name}`, 'Ticket')),
    ...(projects?.items ?? []).map(({ id, name }) => go(name, `/projects/${id}`, 'Project')),
    go('Tickets', '/tickets'),
    go('Board', '/tickets?view=board'),
    go('Needs you', '/needs-you'),
    go('Projects', '/projects'),
    go('Pull requests', '/pulls'),
    go('Settings', '/settings'),
    go('Health', '/health'),
  ];
}

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = useCommands()
    .filter(({ label, kind }) => matches(`${label} ${kind}`, words))
    .sort((a, b) => isNamed(b.label, words) - isNamed(a.label, words))
    .slice(0, shown);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((at + by + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[at]);
    }
  };
  return (
    <Dialog title="Search and commands" onClose={onClose} className="palette">
      <input
        type="text"
        role="combobox"
        aria-label="Search tickets, projects and commands"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[at] === undefined ? undefined : `${id}-${at}`}
        autoComplete="off"
        placeholder="Search tickets, projects and commands"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label="Results" className="results">
        {found.map((command, place) => (
          <button
            key={command.key}
            id={`${id}-${place}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            className="result"
            onClick={() => run(command)}
            onMouseMove={() => setAt(place)}
          >
            <span className="title-text">{command.label}</span>
            <span className="muted">{command.kind}</span>
          </button>
        ))}
      </div>
      {found.length === 0 ? <p className="muted pad">Nothing has this name.</p> : null}
    </Dialog>
  );
}
