import type { HealthView } from '#core/api/views.ts';
import { Badge, Fact } from '../../../ui/basics.tsx';

export function HealthFacts({ health }: { readonly health: HealthView }) {
  const { model, sandbox } = health;
  return (
    <dl className="health">
      <Fact name="Status">{health.status}</Fact>
      <Fact name="Version">{health.version}</Fact>
      <Fact name="Model">
        {model.name} {model.replayed ? <Badge tone="warn">replayed</Badge> : <Badge tone="good">live</Badge>}
        {model.replayed ? <p className="hint">Answers come from a recording, not from a model.</p> : null}
      </Fact>
      <Fact name="Sandbox">
        {sandbox.kind}{' '}
        {sandbox.degraded ? <Badge tone="warn">degraded</Badge> : <Badge tone="good">isolated</Badge>}
        {sandbox.reason === null ? null : <p className="hint">{sandbox.reason}</p>}
      </Fact>
      <Fact name="Newest event">{health.cursor}</Fact>
      <Fact name="API reference">
        <a href="/docs">/docs</a>
      </Fact>
    </dl>
  );
}
