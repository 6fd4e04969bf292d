/** The journal of a run as a reader wants it: each tool call together with its result. Pure. */
import type { StepView } from '#core/api/views.ts';

export interface ToolCall {
  readonly kind: 'call';
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Null until the tool has answered. */
  readonly result: { readonly text: string; readonly failed: boolean } | null;
}

type Said =
  | { readonly kind: 'prompt'; readonly text: string; readonly reset: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | ToolCall
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

export type Entry = { readonly key: string; readonly seq: number; readonly at: string } & Said;

type Block = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isBlock = (value: unknown): value is Block => typeof value === 'object' && value !== null;

/** The text of a tool result: a string, or blocks of which the texts count. */
function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isBlock)
    .map((block) => (block.type === 'text' ? textOf(block.text) : `[${textOf(block.type)}]`))
    .join('\n');
}

type Results = ReadonlyMap<string, NonNullable<ToolCall['result']>>;

function resultsById(steps: readonly StepView[]): Results {
  const results = new Map<string, NonNullable<ToolCall['result']>>();
  for (const { body } of steps) {
    if (body.kind !== 'user') continue;
    for (const block of body.content) {
      if (block.type !== 'tool_result') continue;
      results.set(textOf(block.tool_use_id), {
        text: resultText(block.content),
        failed: block.is_error === true,
      });
    }
  }
  return results;
}

/** The entries in order. Results stand with their calls; texts beside results (nudges, steering) on their own. */
export function entriesOf(steps: readonly StepView[]): Entry[] {
  const results = resultsById(steps);
  const first = steps.find(isContext);
  return steps.flatMap((step) =>
    said(step, results, step !== first).map((one, place) => ({
      ...one,
      key: `${step.seq}.${place}`,
      seq: step.seq,
      at: step.at,
    })),
  );
}

function said({ body }: StepView, results: Results, later: boolean): Said[] {
  switch (body.kind) {
    case 'note':
      return [{ kind: 'note', text: body.text }];
    case 'context':
      return [
        { kind: 'prompt', text: body.content.map(({ text }) => textOf(text)).join('\n\n'), reset: later },
      ];
    case 'user':
      return body.content
        .filter(({ type }) => type === 'text')
        .map(({ text }) => ({ kind: 'said', text: textOf(text) }));
    case 'assistant':
      return body.content.flatMap((block) => ofModel(block, results) ?? []);
  }
}

const isContext = ({ body }: StepView): boolean => body.kind === 'context';

function ofModel(block: Block, results: Results): Said | null {
  switch (block.type) {
    case 'text':
      return { kind: 'text', text: textOf(block.text) };
    case 'thinking':
      return { kind: 'thinking', text: textOf(block.thinking) };
    case 'redacted_thinking':
      return { kind: 'thinking', text: '[encrypted]' };
    case 'tool_use': {
      const id = textOf(block.id);
      const input = isBlock(block.input) ? block.input : {};
      return { kind: 'call', id, name: textOf(block.name), input, result: results.get(id) ?? null };
    }
    default:
      return null;
  }
}

/** What a call is about, on one line: the command, the path, the pattern; else nothing. */
export function subjectOf({ input }: Pick<ToolCall, 'input'>): string {
  for (const name of ['command', 'path', 'pattern', 'query', 'question', 'title', 'text']) {
    const value = input[name];
    if (typeof value === 'string') return value.split('\n')[0] ?? '';
  }
  return '';
}

/** The input without what its line already says, as readable text; empty when there is nothing more. */
export function detailOf({ input }: Pick<ToolCall, 'input'>): { name: string; text: string }[] {
  const said = subjectOf({ input });
  return Object.entries(input).flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    return text === said || text === undefined ? [] : [{ name, text }];
  });
}

/** A checklist that the `plan` tool was given, if this is one. */
export function checklistOf({
  name,
  input,
}: Pick<ToolCall, 'name' | 'input'>): { text: string; status: string }[] {
  if (name !== 'plan' || !Array.isArray(input.items)) return [];
  return input.items
    .filter(isBlock)
    .map((item) => ({ text: textOf(item.text), status: textOf(item.status) }));
}
