/** Lines shown of a long text before it is unfolded: its head says what it is, its tail how it ended. */
const headLines = 8;
const tailLines = 5;

/** A text in two parts with what is between them hidden; null when it is short enough as it is. */
export function foldLines(text: string): { head: string; hidden: number; tail: string } | null {
  const lines = text.split('\n');
  // A fold that hides two lines would take more room than it saves.
  if (lines.length <= headLines + tailLines + 2) return null;
  return {
    head: lines.slice(0, headLines).join('\n'),
    hidden: lines.length - headLines - tailLines,
    tail: lines.slice(-tailLines).join('\n'),
  };
}
