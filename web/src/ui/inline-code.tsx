import { codeSpans } from './code-spans.ts';

/** A sentence that may name code. Nothing else of Markdown counts in it: a criterion says `a * b` and means it. */
export function InlineCode({ text }: { readonly text: string }) {
  return codeSpans(text).map(({ kind, at, text: words }) =>
    kind === 'code' ? (
      <code key={at} className="inline-code">
        {words}
      </code>
    ) : (
      words
    ),
  );
}
