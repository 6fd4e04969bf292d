/** Places whose content may be larger than they are: a keyboard reaches them exactly where there is something to scroll. */
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

/** What makes a place a stop of the keyboard, with a name to be told by; nothing where all is in sight. */
type Stop = { readonly tabIndex?: 0; readonly role?: 'group'; readonly 'aria-label'?: string };

function useStop<T extends HTMLElement>(label: string): readonly [RefObject<T | null>, Stop] {
  const ref = useRef<T>(null);
  const [scrolls, setScrolls] = useState(false);
  // After each render: what is in it may have grown while it kept its size, which no observer tells.
  useEffect(() => {
    const place = ref.current;
    if (place === null) return undefined;
    const measure = (): void =>
      // A pixel is what rounding makes.
      setScrolls(
        place.scrollWidth > place.clientWidth + 1 ||
          (place.scrollHeight > place.clientHeight + 1 && getComputedStyle(place).overflowY !== 'visible'),
      );
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    measure();
    return () => observer.disconnect();
  });
  return [ref, scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {}];
}

interface Props {
  /** What it is, for people who do not see it. */
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A table, or another thing of a width of its own, that scrolls sideways. */
export function Scroll({ label, className = 'table-scroll', children }: Props) {
  const [ref, stop] = useStop<HTMLDivElement>(label);
  return (
    <div ref={ref} className={className} {...stop}>
      {children}
    </div>
  );
}

/** Text as a program wrote it. */
export function Pre({ label, className = '', children }: Props) {
  const [ref, stop] = useStop<HTMLPreElement>(label);
  return (
    <pre ref={ref} className={className} {...stop}>
      {children}
    </pre>
  );
}
