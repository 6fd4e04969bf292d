/** Status as a shape: told apart without colour, and without the word beside it. */

/** Colour by meaning; the shapes carry the same. */
export type Tone = 'quiet' | 'active' | 'good' | 'warn' | 'bad';

export type Shape =
  | 'dashed'
  | 'ring'
  | 'half'
  | 'three-quarters'
  | 'check'
  | 'cross'
  | 'pause'
  | 'slash'
  | 'diamond'
  | 'alert';

/** How much of the ring is filled, as the dash of a circle of radius 2 and width 4 (circumference 12.57). */
const pies: Partial<Record<Shape, number>> = { half: 6.28, 'three-quarters': 9.42 };
const full = new Set<Shape>(['check', 'cross', 'pause', 'slash']);
const marks: Partial<Record<Shape, string>> = {
  check: 'M4.6 7.2 6.3 8.9 9.5 5.4',
  cross: 'M5 5l4 4M9 5l-4 4',
  pause: 'M5.6 4.8v4.4M8.4 4.8v4.4',
  slash: 'M4.8 9.2l4.4-4.4',
  alert: 'M7 4.2v3.4M7 9.6v.2',
};

export function Glyph({ shape, tone }: { readonly shape: Shape; readonly tone: Tone }) {
  const pie = pies[shape];
  const mark = marks[shape];
  return (
    <svg className={`glyph tone-${tone}`} viewBox="0 0 14 14" aria-hidden="true" focusable="false">
      {shape === 'diamond' || shape === 'alert' ? (
        <rect x="2.6" y="2.6" width="8.8" height="8.8" rx="2" transform="rotate(45 7 7)" className="solid" />
      ) : (
        <circle
          cx="7"
          cy="7"
          r="5.6"
          className={full.has(shape) ? 'solid' : 'line'}
          {...(shape === 'dashed' ? { strokeDasharray: '2.2 2.2' } : {})}
        />
      )}
      {shape === 'diamond' ? <circle cx="7" cy="7" r="1.6" className="hole" /> : null}
      {pie === undefined ? null : (
        <circle
          cx="7"
          cy="7"
          r="2"
          className="pie"
          strokeDasharray={`${pie} 20`}
          transform="rotate(-90 7 7)"
        />
      )}
      {mark === undefined ? null : <path d={mark} className="mark" />}
    </svg>
  );
}

export interface Look {
  readonly shape: Shape;
  readonly tone: Tone;
  readonly word: string;
}

/** Shape and word. */
export function Status({ look, quiet = false }: { readonly look: Look; readonly quiet?: boolean }) {
  return (
    <span className="status" title={look.word}>
      <Glyph shape={look.shape} tone={look.tone} />
      <span className={quiet ? 'visually-hidden' : 'word'}>{look.word}</span>
    </span>
  );
}
