/** At an address that nothing is at, or not any more. */
import { Link } from '../../router/router.tsx';
import { Empty } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';

export function NoPage({ why = 'There is no page at this address.' }: { readonly why?: string }) {
  return (
    <>
      <PageHead title="Not found" />
      <Empty title={why}>
        <Link href="/tickets">Go to the tickets</Link>
      </Empty>
    </>
  );
}
