/**
 * The journal as the loop needs it. Everything that the loop knows of the past it reads from here, so that a resumed
 * attempt knows exactly what the one before knew.
 */
import type { Block, Step, StepBody } from '#core/run/step.ts';
import { type ToolUse, textBlock, toolResults, toolUses } from './blocks.ts';

/** A message of the Messages API. */
export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/** What one turn did and saw: the model's calls with their results, and what else the user message said. */
export interface Turn {
  readonly calls: readonly { readonly use: ToolUse; readonly result: string; readonly isError: boolean }[];
  readonly reply: readonly Block[];
}

/** Bodies of the current context: from the last `context` step on. */
export function currentContext(journal: readonly StepBody[]): readonly StepBody[] {
  const start = journal.findLastIndex((body) => body.kind === 'context');
  return start < 0 ? [] : journal.slice(start);
}

/** The messages that the model saw, and nothing else. Empty text, which the API would refuse, is left out. */
export function messagesOf(journal: readonly StepBody[]): Message[] {
  return currentContext(journal).flatMap((body): Message[] => {
    if (body.kind === 'note') return [];
    const content = body.content.filter((block) => !isBlank(block));
    if (content.length === 0) return [];
    return [{ role: body.kind === 'assistant' ? 'assistant' : 'user', content }];
  });
}

function isBlank(block: Block): boolean {
  return block.type === 'text' && (typeof block.text !== 'string' || block.text.trim() === '');
}

/** The number of model calls that were answered, which is one less than the number of the next. */
export function callsMade(journal: readonly StepBody[]): number {
  return journal.filter((body) => body.kind === 'assistant').length;
}

/** The last answer of the model while nothing was said to it since; null otherwise. */
export function openAnswer(journal: readonly StepBody[]): Extract<StepBody, { kind: 'assistant' }> | null {
  const last = journal.findLast((body) => body.kind !== 'note');
  return last?.kind === 'assistant' ? last : null;
}

/** The turns of the current context that were answered, oldest first. */
export function turnsOf(journal: readonly StepBody[]): Turn[] {
  const turns: Turn[] = [];
  let uses: readonly ToolUse[] | null = null;
  for (const body of currentContext(journal)) {
    if (body.kind === 'assistant') uses = toolUses(body.content);
    if (body.kind !== 'user') continue;
    const last = turns.at(-1);
    if (uses === null && last) turns[turns.length - 1] = { ...last, reply: [...last.reply, ...body.content] };
    if (uses === null) continue;
    const results = toolResults(body.content);
    const calls = uses.map((use) => {
      const found = results.find((result) => result.tool_use_id === use.id);
      return { use, result: found?.content ?? '', isError: found?.is_error === true };
    });
    turns.push({ calls, reply: body.content });
    uses = null;
  }
  return turns;
}

/**
 * Minutes that earlier attempts worked, by their first and last step. What lies between attempts (waiting for a
 * person, a lost sandbox) is nobody's work.
 */
export function minutesBefore(steps: readonly Step[]): number {
  const spans = new Map<number, { first: number; last: number }>();
  for (const { attempt, at } of steps) {
    const time = Date.parse(at);
    const span = spans.get(attempt) ?? { first: time, last: time };
    spans.set(attempt, { first: span.first, last: time });
  }
  return [...spans.values()].reduce((sum, { first, last }) => sum + (last - first) / 60_000, 0);
}

/** A place up to which the API may keep what it has read. */
const breakpoint = { cache_control: { type: 'ephemeral' } };

/** The opening of a context. What comes first is the same for other runs too, and is kept for them. */
export function contextStep(shared: readonly string[], own: readonly string[]): StepBody {
  const first = shared.map(textBlock);
  const last = first.pop();
  return {
    kind: 'context',
    content: [...first, ...(last ? [{ ...last, ...breakpoint }] : []), ...own.map(textBlock)],
  };
}

/**
 * The messages with prompt-cache breakpoints on the last two of the user. The newest writes an entry; the one before is
 * where the call before wrote its own, so it is found again however many blocks lie between (the API looks back twenty
 * at most). With that of the system prompt and the one inside the opening, after what other runs share, they are four,
 * the most that a request may have.
 */
export function withBreakpoints(messages: readonly Message[]): Message[] {
  const users = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  const marked = new Set(users.slice(-2));
  return messages.map((message, index) => {
    const last = message.content.at(-1);
    if (!marked.has(index) || !last) return message;
    return { ...message, content: [...message.content.slice(0, -1), { ...last, ...breakpoint }] };
  });
}
