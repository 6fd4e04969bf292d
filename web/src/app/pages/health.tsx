import { useHealth } from '../../features/health/api/health.ts';
import { HealthFacts } from '../../features/health/components/health-facts.tsx';
import { AtWork } from '../../features/runs/components/at-work.tsx';
import { Pending } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';

export function HealthPage() {
  const { data: health, error } = useHealth();
  return (
    <>
      <PageHead title="Health" />
      <div className="body">
        {health === undefined ? <Pending error={error} /> : <HealthFacts health={health} />}
        <AtWork />
      </div>
    </>
  );
}
