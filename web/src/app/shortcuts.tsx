import { Button, Keys } from '../ui/basics.tsx';
import { Dialog } from '../ui/dialog.tsx';

const groups: readonly (readonly [
  title: string,
  keys: readonly (readonly [keys: string, what: string])[],
])[] = [
  [
    'Go to',
    [
      ['g t', 'Tickets'],
      ['g b', 'Board'],
      ['g n', 'Needs you'],
      ['g p', 'Projects'],
      ['g r', 'Pull requests'],
      ['g s', 'Settings'],
      ['g h', 'Health'],
    ],
  ],
  [
    'Anywhere',
    [
      ['Ctrl K', 'Search and commands (⌘ K on a Mac)'],
      ['c', 'New ticket'],
      ['j k', 'Next and previous row'],
      ['Enter', 'Open the row'],
      ['?', 'This sheet'],
    ],
  ],
  ['On a ticket', [['1 … 8', 'Its tabs, from left to right']]],
];

export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className="shortcuts">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <Keys keys={key} />
                    <span className="visually-hidden">{key}</span>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="actions">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
