/** A fault in showing a page stays within it: the shell stands, and says what happened and how to go on. */
import { useQueryClient } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { Link } from '../router/router.tsx';
import { Button, Empty } from '../ui/basics.tsx';
import { PageHead } from './pages/page-head.tsx';

interface Props {
  /** The address: another page is shown whatever the one before met. */
  readonly place: string;
  readonly children: ReactNode;
}

interface State {
  readonly place: string;
  readonly fault: { readonly words: string } | null;
}

/** A class, since React tells faults of children to no other kind of component. It logs them to the browser's console. */
export class Boundary extends Component<Props, State> {
  override state: State = { place: this.props.place, fault: null };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { fault: { words: error instanceof Error ? error.message : String(error) } };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { place, fault: null };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return <Fault words={fault.words} onRetry={() => this.setState({ fault: null })} />;
  }
}

function Fault({ words, onRetry }: { readonly words: string; readonly onRetry: () => void }) {
  const client = useQueryClient();
  const again = (): void => {
    // What the page had read may be what it could not show: it asks anew. The shell keeps what it reads.
    client.removeQueries({ type: 'inactive' });
    onRetry();
  };
  return (
    <>
      <PageHead title="This page could not be shown" />
      <div className="body narrow" role="alert">
        <Empty title="The console made a mistake; the work of the agents goes on.">
          <p>
            It said: <code>{words}</code>. If it says so again, reload the page.
          </p>
          <p className="fault-actions">
            <Button kind="primary" onClick={again}>
              Try again
            </Button>
            {/* One may stand at this very address. */}
            <Link href="/tickets" className="button" onClick={again}>
              Go to the tickets
            </Link>
          </p>
        </Empty>
      </div>
    </>
  );
}
