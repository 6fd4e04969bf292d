/** Line icons of the shell, 16 units square, drawn in the colour of the text. */
const drawings = {
  tickets: 'M3 4h10M3 8h10M3 12h6',
  inbox: 'M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5 4 3.5h8l1.5 6v3h-11z',
  project: 'M2.5 4.5v8h11v-6.5H8L6.5 4.5z',
  pull: 'M4.5 5.5v5M4.5 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zm0 8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zm7 0a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zm0-3V7a2 2 0 0 0-2-2H8m1.5-2L7.5 5l2 2',
  health: 'M2 8.5h2.5l1.5-4 3 7 1.5-3H14',
  settings:
    'M2.5 5h6M12.5 5h1M2.5 11h1M7.5 11h6M10.5 6.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM5.5 12.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z',
  plus: 'M8 3v10M3 8h10',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zm3.2-1.3L14 14',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.1M6.6 6.5h.1M9.2 6.5h.1M11.8 6.5h.1M5 9.5h6',
  chevron: 'M6 4l4 4-4 4',
  board: 'M2.5 3h3v10h-3zM6.6 3h3v6h-3zM10.6 3h3v8h-3z',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  book: 'M3 3h4.2A.8.8 0 0 1 8 3.8V13a1.4 1.4 0 0 0-1.4-1.2H3zM13 3H8.8a.8.8 0 0 0-.8.8V13a1.4 1.4 0 0 1 1.4-1.2H13z',
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}
