/** Findings of the tamper report, each with its hunk. */
import type { EvidenceView } from '#core/api/views.ts';
import { Badge } from '../../../ui/basics.tsx';
import { InlineCode } from '../../../ui/inline-code.tsx';
import { Pre } from '../../../ui/scroll.tsx';

type Finding = NonNullable<EvidenceView['proof']>['tamper'][number]['findings'][number];

const tones = { low: 'quiet', medium: 'warn', high: 'bad' } as const;

export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="rows" aria-label="Tamper report">
      {findings.map(({ file, line, side, kind, severity, message, hunk }) => (
        <li key={`${file} ${side} ${line} ${kind}`}>
          <p>
            <Badge tone={tones[severity]}>{severity}</Badge> {kind}{' '}
            <code>
              {file}:{line}
            </code>{' '}
            <InlineCode text={message} />
          </p>
          <Pre label={`Change of ${file}`} className="hunk">
            {hunk}
          </Pre>
        </li>
      ))}
    </ul>
  );
}
