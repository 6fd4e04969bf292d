/** The frame of every page: sidebar, banners, the keys that work everywhere, and the dialogs they open. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { HealthView } from '#core/api/views.ts';
import type { LiveState } from '../api/live.ts';
import { Banners } from '../features/health/components/banners.tsx';
import { navigate } from '../router/router.tsx';
import { moveRow, useHotkeys } from '../ui/hotkeys.ts';
import { Outage } from './outage.tsx';
import { Palette } from './palette.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';

interface Props {
  readonly health: HealthView | undefined;
  readonly waiting: number;
  readonly live: LiveState;
  readonly path: string;
  readonly children: ReactNode;
}

type Open = 'palette' | 'shortcuts' | null;

/** Pages whose parts (tabs, versions) share a place: `/tickets/TKT-1/tasks` belongs to `/tickets/TKT-1`. */
const placeOf = (path: string): string => path.split('/').slice(0, 3).join('/');

export function Shell({ health, waiting, live, path, children }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const main = useRef<HTMLElement>(null);
  const place = placeOf(path);
  const before = useRef(place);
  useHotkeys({
    'mod+k': () => setOpen('palette'),
    '?': () => setOpen('shortcuts'),
    c: () => navigate('/tickets/new'),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    'g t': () => navigate('/tickets'),
    'g b': () => navigate('/tickets?view=board'),
    'g n': () => navigate('/needs-you'),
    'g p': () => navigate('/projects'),
    'g r': () => navigate('/pulls'),
    'g s': () => navigate('/settings'),
    'g h': () => navigate('/health'),
  });
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    main.current?.scrollTo(0, 0);
    // A form that took the focus by itself keeps it.
    if (main.current?.contains(document.activeElement) !== true) main.current?.focus();
  }, [place]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Sidebar
        path={path}
        waiting={waiting}
        live={live}
        health={health}
        onSearch={() => setOpen('palette')}
        onKeys={() => setOpen('shortcuts')}
      />
      <div className="page">
        <Banners health={health} />
        <Outage />
        <main id="main" ref={main} tabIndex={-1}>
          {children}
        </main>
      </div>
      {open === 'palette' ? <Palette onClose={() => setOpen(null)} /> : null}
      {open === 'shortcuts' ? <Shortcuts onClose={() => setOpen(null)} /> : null}
    </div>
  );
}
