/** Who is at work now, over all tickets. */
import type { AgentView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Pending } from '../../../ui/basics.tsx';
import { plural } from '../../../ui/format.ts';
import { Time } from '../../../ui/time.tsx';
import { useAgents } from '../api/runs.ts';
import { agentTitle } from '../look.ts';

export function AtWork() {
  const { data, error } = useAgents();
  return (
    <section aria-label="At work" className="at-work">
      <h2>At work</h2>
      {data === undefined ? <Pending error={error} lines={2} /> : <AgentRows agents={data.items} />}
    </section>
  );
}

function AgentRows({ agents }: { readonly agents: readonly AgentView[] }) {
  if (agents.length === 0) return <p className="muted">Nobody is at work.</p>;
  return (
    <ul className="rows">
      {agents.map((agent) => (
        <li key={agent.runId}>
          <Link href={`/tickets/${agent.ticket}/runs/${agent.runId}`} className="row agent-row" data-row>
            <span className="num">{agent.ticket}</span>
            <span className="title">
              <span className="title-text">{agentTitle(agent)}</span>
              <span className="muted waits">{agent.doing}</span>
            </span>
            <span className="muted num">{agent.kind === 'check' ? '' : plural(agent.turn, 'turn')}</span>
            <span className="when">
              <Time at={agent.since} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
