import type { HealthView } from '#core/api/views.ts';
import { Glyph } from '../../../ui/glyph.tsx';

/** What a person should know before trusting anything on the page: in sentences, above everything. */
export function Banners({ health }: { readonly health: HealthView | undefined }) {
  if (health === undefined || health.warnings.length === 0) return null;
  return (
    <section className="banners" aria-label="Warnings">
      {health.warnings.map((warning) => (
        <p key={warning} className="banner">
          <Glyph shape="alert" tone="warn" />
          {warning}
        </p>
      ))}
    </section>
  );
}
