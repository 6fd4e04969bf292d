/** The small pieces that every page is made of. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import type { CallFailed } from '../api/call.ts';
import { Link } from '../router/router.tsx';
import { usd } from './format.ts';

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly kind?: 'primary' | 'plain' | 'danger' | 'ghost';
};

export function Button({ kind = 'plain', className = '', ...rest }: ButtonProps) {
  return <button type="button" {...rest} className={`button ${kind} ${className}`} />;
}

export function Badge({
  tone = 'quiet',
  children,
  title,
}: {
  readonly tone?: 'quiet' | 'warn' | 'bad' | 'good' | 'accent';
  readonly children: ReactNode;
  readonly title?: string;
}) {
  return (
    <span className={`badge ${tone}`} {...(title === undefined ? {} : { title })}>
      {children}
    </span>
  );
}

/** Shown wherever a ticket is shown whose repository has no test that runs. */
export function Unverified({ verification }: { readonly verification: string }) {
  if (verification !== 'unverified') return null;
  return (
    <Badge
      tone="warn"
      title="The base commit has no test that runs: nothing proves this work but its commands."
    >
      unverified
    </Badge>
  );
}

export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="keys" aria-hidden="true">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

/** Widths of lines of text, in percent. */
const widths = [92, 71, 84, 63, 88, 76, 58, 90, 67, 81, 73, 94];

/** Lines in the place of what is on its way, as many as will come: at most twelve. */
export function Skeleton({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {widths.slice(0, lines).map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** Nothing here: why, and the next step. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <div className="empty-text">{children}</div>
    </div>
  );
}

/** Why a call failed, beside what was asked: the problem's detail and, if told, what is wrong where. */
export function Problem({ error }: { readonly error: CallFailed | null }) {
  if (error === null) return null;
  return (
    <div className="problem" role="alert">
      <strong>{error.message}</strong>
      {issuesOf(error.problem?.issues).map((issue) => (
        <span key={issue}>{issue}</span>
      ))}
    </div>
  );
}

function issuesOf(issues: unknown): string[] {
  if (!Array.isArray(issues)) return [];
  return issues.flatMap((issue: unknown) => {
    if (typeof issue === 'string') return [issue];
    if (typeof issue !== 'object' || issue === null || !('message' in issue)) return [];
    const where = 'path' in issue && issue.path ? `${[issue.path].flat().join('.')}: ` : '';
    return [`${where}${String(issue.message)}`];
  });
}

/** What a page shows while its data is not there: the failure, or lines. */
export function Pending({ error, lines }: { readonly error: CallFailed | null; readonly lines?: number }) {
  if (error !== null && error.status === 404) {
    return (
      <Empty title="There is no such thing here.">
        <Link href="/tickets">Go to the tickets</Link>
      </Empty>
    );
  }
  return error === null ? (
    <Skeleton {...(lines === undefined ? {} : { lines })} />
  ) : (
    <Problem error={error} />
  );
}

/** Money spent and reserved against its ceiling. */
export function CostBar({
  cost,
}: {
  readonly cost: {
    readonly limitMicros: number;
    readonly spentMicros: number;
    readonly reservedMicros: number;
  };
}) {
  const share = (micros: number): string =>
    `${cost.limitMicros === 0 ? 0 : Math.min(100, (micros / cost.limitMicros) * 100)}%`;
  const near = cost.spentMicros >= cost.limitMicros * 0.9;
  const words = `${usd(cost.spentMicros)} spent of ${usd(cost.limitMicros)}`;
  return (
    <span className={`cost ${near ? 'near' : ''}`} title={`${words}, ${usd(cost.reservedMicros)} reserved`}>
      <span className="bar" role="img" aria-label={words}>
        <span className="spent" style={{ width: share(cost.spentMicros) }} />
        <span className="reserved" style={{ width: share(cost.reservedMicros) }} />
      </span>
      <span className="sum" aria-hidden="true">
        {usd(cost.spentMicros)}
      </span>
    </span>
  );
}

/** A pair of a list of facts. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
