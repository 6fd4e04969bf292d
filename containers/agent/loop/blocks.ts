/** The blocks of messages that the harness looks into; all others pass through as they came. */
import { z } from 'zod';
import type { Block } from '#core/run/step.ts';

const TextBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
const ToolUse = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.unknown(),
});
export type ToolUse = z.infer<typeof ToolUse>;
const ToolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.string(),
  is_error: z.boolean().optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;

/** What one call of a tool came to. */
export interface Observation {
  readonly text: string;
  readonly isError: boolean;
}

export function textBlock(text: string): Block {
  return { type: 'text', text };
}

export function resultBlock(id: string, { text, isError }: Observation): Block {
  // The API refuses empty text, and a model wonders at it.
  const content = text === '' ? '(nothing)' : text;
  return { type: 'tool_result', tool_use_id: id, content, ...(isError ? { is_error: true } : {}) };
}

export function toolUses(content: readonly Block[]): ToolUse[] {
  return content.flatMap((block) => ToolUse.safeParse(block).data ?? []);
}

export function toolResults(content: readonly Block[]): ToolResult[] {
  return content.flatMap((block) => ToolResult.safeParse(block).data ?? []);
}

export function texts(content: readonly Block[]): string[] {
  return content.flatMap((block) => TextBlock.safeParse(block).data?.text ?? []);
}
