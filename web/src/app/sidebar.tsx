/** The sidebar: where one can go, what waits, which model answers and whether the page is live. */
import type { HealthView } from '#core/api/views.ts';
import type { LiveState } from '../api/live.ts';
import { Link } from '../router/router.tsx';
import { Badge, Button, Keys } from '../ui/basics.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useTheme } from './theme.tsx';

interface Props {
  readonly path: string;
  readonly waiting: number;
  readonly live: LiveState;
  readonly health: HealthView | undefined;
  readonly onSearch: () => void;
  readonly onKeys: () => void;
}

const places: readonly (readonly [href: string, label: string, icon: IconName])[] = [
  ['/tickets', 'Tickets', 'tickets'],
  ['/needs-you', 'Needs you', 'inbox'],
  ['/projects', 'Projects', 'project'],
  ['/pulls', 'Pull requests', 'pull'],
  ['/settings', 'Settings', 'settings'],
  ['/health', 'Health', 'health'],
];

const isMac = navigator.userAgent.includes('Mac');

export function Sidebar({ path, waiting, live, health, onSearch, onKeys }: Props) {
  return (
    <aside className="sidebar">
      <Link href="/tickets" className="brand">
        <img src="/icon.svg" alt="" width="20" height="20" />
        OmoiOS
      </Link>
      <Button className="search" onClick={onSearch}>
        <Icon name="search" />
        <span className="label-text">Search</span>
        <Keys keys={isMac ? '⌘ K' : 'Ctrl K'} />
      </Button>
      <nav aria-label="Main">
        {places.map(([href, label, icon]) => (
          <Link
            key={href}
            href={href}
            className="place"
            aria-current={path.startsWith(href) || (path === '/' && href === '/tickets') ? 'page' : undefined}
          >
            <Icon name={icon} />
            <span className="label-text">{label}</span>
            {href === '/needs-you' && waiting > 0 ? (
              <span className="pill">
                {waiting}
                <span className="visually-hidden"> waiting</span>
              </span>
            ) : null}
          </Link>
        ))}
      </nav>
      <Link href="/tickets/new" className="button new-ticket">
        <Icon name="plus" />
        <span className="label-text">New ticket</span>
        <Keys keys="c" />
      </Link>
      <span className="spacer" />
      <Foot live={live} health={health} onKeys={onKeys} />
    </aside>
  );
}

const liveWords = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' } as const;

function Foot({ live, health, onKeys }: Pick<Props, 'live' | 'health' | 'onKeys'>) {
  const { theme, toggle } = useTheme();
  return (
    <div className="foot">
      {health === undefined ? null : (
        <p className="model" title="The model that answers the agents">
          <span className="model-name">{health.model.name}</span>
          {health.model.replayed ? <Badge tone="warn">replayed</Badge> : null}
        </p>
      )}
      <div className="foot-line">
        <span className={`live ${live}`}>{liveWords[live]}</span>
        <span className="spacer" />
        <Button kind="ghost" onClick={onKeys} aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)">
          <Icon name="keyboard" />
        </Button>
        <Button
          kind="ghost"
          onClick={toggle}
          aria-label={`Theme: ${theme}. Change`}
          title={`Theme: ${theme}`}
        >
          <Icon name="sun" />
        </Button>
      </div>
    </div>
  );
}
