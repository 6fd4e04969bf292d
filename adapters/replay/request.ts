/** The part of a Messages API request that playing an answer needs to understand, and what the API would refuse in it. */
import { z } from 'zod';

const CacheControl = z.object({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).default('5m') });

const ContentBlock = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  tool_use_id: z.string().optional(),
  cache_control: CacheControl.nullish(),
});
export type ContentBlock = z.infer<typeof ContentBlock>;

/** A text stands for one text block. */
const Content = z
  .union([z.string(), z.array(ContentBlock)])
  .transform((content): ContentBlock[] =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  );

const Tool = z.looseObject({ name: z.string(), cache_control: CacheControl.nullish() });

/** The part of a request of the Messages API that a replay looks at. */
export const MessagesRequest = z.looseObject({
  model: z.string(),
  max_tokens: z.number().int().positive().optional(),
  stream: z.boolean().default(false),
  system: Content.optional(),
  tools: z.array(Tool).default([]),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: Content })).min(1),
  tool_choice: z.unknown().optional(),
  thinking: z.unknown().optional(),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;

/** Four: what the API allows. */
const maxBreakpoints = 4;

/** Why the API would refuse the request, or null. Refused here too, so that a mistake shows before it costs money. */
export function objection(request: MessagesRequest): string | null {
  const parts = [
    ...request.tools,
    ...(request.system ?? []),
    ...request.messages.flatMap((message) => message.content),
  ];
  const breakpoints = parts.filter((part) => part.cache_control).length;
  if (breakpoints > maxBreakpoints) {
    return `A maximum of ${maxBreakpoints} blocks with cache_control may be provided. Found ${breakpoints}.`;
  }
  if (request.messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  return unpaired(request.messages);
}

/** Each tool call needs its result at the beginning of the message that follows, and no result may come without its call. */
function unpaired(messages: MessagesRequest['messages']): string | null {
  for (const [index, message] of messages.entries()) {
    const calls = idsOf(index === 0 ? undefined : messages[index - 1], 'tool_use', 'id');
    const results = idsOf(message, 'tool_result', 'tool_use_id');
    const missing = calls.filter((id) => !results.includes(id));
    if (missing.length > 0) {
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
    }
    const strange = results.filter((id) => !calls.includes(id));
    if (strange.length > 0) {
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${strange.join(', ')}`;
    }
  }
  return null;
}

function idsOf(
  message: MessagesRequest['messages'][number] | undefined,
  type: string,
  field: 'id' | 'tool_use_id',
): string[] {
  return (message?.content ?? []).flatMap((block) => {
    const id = block[field];
    return block.type === type && id !== undefined ? [id] : [];
  });
}
