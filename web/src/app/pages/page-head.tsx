import { type ReactNode, useEffect } from 'react';

/** Names the page in the browser's own list of tabs. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · OmoiOS`;
  }, [title]);
}

export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  useTitle(title);
  return (
    <header className="page-head flat">
      <h1>{title}</h1>
      <span className="spacer" />
      {children}
    </header>
  );
}
