/** The journal of a run in lines that a person reads. */
import { z } from 'zod';
import type { StepView } from '#core/api/views.ts';
import type { Block } from '#core/run/step.ts';
import { clean, cleanLines, count } from './progress/text.ts';

const Text = z.object({ type: z.literal('text'), text: z.string() });
const ToolUse = z.object({ type: z.literal('tool_use'), name: z.string(), input: z.unknown() });
const ToolResult = z.object({
  type: z.literal('tool_result'),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
  is_error: z.boolean().optional(),
});

/** A line of a terminal holds no more anyway. */
const actionLength = 160;
/** What a tool answered is cut to its beginning; `--full` shows all. */
const answerLines = 6;

/** What an agent did in a step, in a few words; null where it did nothing. */
export function actionOf({ body }: StepView): string | null {
  if (body.kind !== 'assistant') return null;
  const uses = body.content.flatMap((block) => ToolUse.safeParse(block).data ?? []);
  const last = uses.at(-1);
  if (last) return toolLine(last);
  const said = body.content.flatMap((block) => Text.safeParse(block).data ?? []).at(-1);
  return said ? clean(said.text).slice(0, actionLength) : null;
}

/** The fields that say best what a tool is used for, by importance. */
const telling = ['command', 'path', 'pattern', 'query', 'question', 'title', 'text', 'summary'];

function toolLine({ name, input }: z.output<typeof ToolUse>): string {
  const fields = z.record(z.string(), z.unknown()).safeParse(input).data ?? {};
  const field = telling.map((key) => fields[key]).find((value) => typeof value === 'string');
  const what =
    typeof field === 'string' ? field : Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
  return `${name} ${clean(what)}`.trim().slice(0, actionLength);
}

/** A step in full sentences; nothing but what is in it. */
export function stepLines(step: StepView, full: boolean): string[] {
  const { body } = step;
  switch (body.kind) {
    case 'context':
      return full
        ? ['context', ...body.content.flatMap((block) => blockLines(block, full))]
        : [`context of ${count(JSON.stringify(body.content).length, 'character')}`];
    case 'assistant':
    case 'user':
      return body.content.flatMap((block) => blockLines(block, full));
    case 'note':
      return cleanLines(body.text)
        .split('\n')
        .map((line) => `· ${line}`);
    default:
      return body satisfies never;
  }
}

function blockLines(block: Block, full: boolean): string[] {
  const text = Text.safeParse(block).data;
  if (text) return cleanLines(text.text).split('\n');
  const use = ToolUse.safeParse(block).data;
  if (use)
    return full
      ? [`▸ ${use.name}`, ...indented(JSON.stringify(use.input, null, 2), full)]
      : [`▸ ${toolLine(use)}`];
  const result = ToolResult.safeParse(block).data;
  if (result) return [...(result.is_error ? ['  ✗ error'] : []), ...indented(answerOf(result), full)];
  return [`(${clean(block.type)})`];
}

function answerOf({ content }: z.output<typeof ToolResult>): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content.map((part) => Text.safeParse(part).data?.text ?? `(${part.type})`).join('\n');
}

function indented(text: string, full: boolean): string[] {
  const lines = cleanLines(text).trimEnd().split('\n');
  const shown = full ? lines : lines.slice(0, answerLines);
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${count(left, 'line')} more`] : [])].map((line) => `  ${line}`);
}
