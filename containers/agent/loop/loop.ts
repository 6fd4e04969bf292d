/**
 * The agent: query → act → observe, until it submits, asks, or a limit ends it.
 *
 * The journal is the only state. Each answer of the model is stored before any of its tools runs, each observation
 * after; so a new attempt finds either an answer whose tools may have run ('interrupted') or a question to ask again.
 */
import type { RunBrief } from '#core/run/protocol.ts';
import type { Block, StepBody } from '#core/run/step.ts';
import type { WorkTree } from '../checkout/work.ts';
import type { Tool } from '../tools/tool.ts';
import { act, cutOff, interrupted } from './act.ts';
import type { Answer } from './answer.ts';
import { resultBlock, textBlock, texts, toolUses } from './blocks.ts';
import { BudgetSpent, ContextTooLong, ModelRejected, ModelUnavailable } from './faults.ts';
import { asksForNote, freshContext, handoffRequest, noteOf } from './handoff.ts';
import { callsMade, messagesOf, openAnswer, withBreakpoints } from './history.ts';
import type { Journal } from './journal.ts';
import { judgeLimits, turnsLeft } from './limits.ts';
import type { Outcome } from './outcome.ts';
import { nudgeFor } from './stuck.ts';

/** Asks the model; `call` is the number of the call in the run. Throws the classes of `faults.ts`, `AttemptOver`, and the reason of `signal`. */
export type AskModel = (call: number, body: object, signal: AbortSignal) => Promise<Answer>;

export interface LoopOptions {
  readonly brief: RunBrief;
  readonly system: string;
  readonly tools: readonly Tool[];
  readonly journal: Journal;
  readonly model: AskModel;
  readonly tree: WorkTree;
  /** Minutes worked so far, earlier attempts included. */
  readonly minutes: () => number;
  /** Fires when the run is to stop; the loop then throws its reason. */
  readonly signal: AbortSignal;
}

/** Runs until an outcome. Throws `AttemptOver`, `GatewayUnreachable`, and the reason of `signal`. */
export async function runLoop(options: LoopOptions): Promise<Outcome> {
  const over = await resume(options);
  if (over) return over;
  for (;;) {
    options.signal.throwIfAborted();
    const ended = await turn(options);
    if (ended) return ended;
  }
}

/**
 * A turn that an attempt before left open: its answer is there, what its tools did is not. A sandbox starts from its
 * last checkpoint, so mostly nothing of the turn has happened, and it is simply done; but a command is not repeated
 * unasked. When the checkpoint is younger than the answer, its calls may have had their effect.
 */
async function resume(options: LoopOptions): Promise<Outcome | null> {
  const { journal, tools, brief } = options;
  const open = openAnswer(journal.bodies);
  if (!open) return null;
  const effective = (brief.checkpoint?.seq ?? 0) > journal.lastAnswer();
  const lost = (tool: Tool) => tool.changes !== 'nothing' && (effective || tool.changes === 'anything');
  const cautious = tools.map((tool): Tool => {
    return lost(tool) ? { ...tool, call: () => Promise.resolve({ observed: interrupted(effective) }) } : tool;
  });
  return observe({ ...options, tools: cautious }, open.content, open.stopReason);
}

/** One turn, or the outcome that it came to. */
async function turn(options: LoopOptions): Promise<Outcome | null> {
  const before = await prepare(options);
  if (before) return before;
  const answer = await query(options);
  if ('type' in answer) return answer;
  const { content, stopReason, usage } = answer;
  await options.journal.post({ kind: 'assistant', content: [...content], stopReason, usage });
  return observe(options, content, stopReason);
}

/** Limits, nudges and a fresh context, before the model is asked. */
async function prepare({ journal, brief, minutes, tools }: LoopOptions): Promise<Outcome | null> {
  const verdict = judgeLimits(journal.bodies, brief.limits, minutes(), brief.model);
  switch (verdict.type) {
    case 'go':
      return null;
    case 'nudge':
      await journal.observe([textBlock(nudgeFor(verdict.pattern, tools))]);
      return null;
    case 'fresh-context':
      await journal.observe([textBlock(handoffRequest)]);
      return null;
    case 'end':
      return { type: 'failed', reason: verdict.reason, message: verdict.message };
    default:
      return verdict satisfies never;
  }
}

async function query(options: LoopOptions): Promise<Answer | Outcome> {
  const { journal, model, signal } = options;
  try {
    return await model(callsMade(journal.bodies) + 1, requestBody(options), signal);
  } catch (error) {
    if (error instanceof BudgetSpent) return { type: 'held', reason: 'budget' };
    if (error instanceof ModelUnavailable)
      return { type: 'failed', reason: 'model-unavailable', message: error.message };
    if (error instanceof ModelRejected)
      return { type: 'failed', reason: 'model-rejected', message: error.message };
    if (!(error instanceof ContextTooLong)) throw error;
  }
  if (!(await startAfresh(options, ''))) {
    return {
      type: 'failed',
      reason: 'model-rejected',
      message: 'The task alone is longer than the window of the model.',
    };
  }
  return query(options);
}

/** What is sent: the same bytes for the same journal, each a continuation of the one before. */
export function requestBody({
  brief,
  system,
  tools,
  journal,
}: Pick<LoopOptions, 'brief' | 'system' | 'tools' | 'journal'>): object {
  return {
    model: brief.model,
    max_tokens: brief.limits.maxOutputTokens,
    stream: true,
    tools: tools.map(({ name, description, schema }) => ({ name, description, input_schema: schema })),
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: withBreakpoints(messagesOf(journal.bodies)),
  };
}

/** Acts on an answer and stores what came of it. */
async function observe(
  options: LoopOptions,
  content: readonly Block[],
  stopReason: string | null,
): Promise<Outcome | null> {
  const { journal, tools, tree, brief } = options;
  const uses = toolUses(content);
  if (stopReason === 'refusal') {
    return {
      type: 'failed',
      reason: 'refusal',
      message: texts(content).join('\n').trim() || 'The model refused to go on.',
    };
  }
  if (askedForNote(journal.bodies)) {
    await startAfresh(options, noteOf(content));
    return null;
  }
  if (stopReason === 'model_context_window_exceeded') {
    await startAfresh(options, '');
    return null;
  }
  const results: Block[] = [];
  if (stopReason === 'max_tokens') {
    results.push(...uses.map(({ id }) => resultBlock(id, cutOff)));
    if (uses.length === 0) results.push(textBlock(cutOff.text));
  } else if (uses.length === 0) {
    results.push(textBlock(stopReason === 'pause_turn' ? 'Go on.' : noToolCalled(tools)));
  } else {
    const acted = await act(tools, uses);
    if (acted.type === 'ended') return acted.outcome;
    results.push(...acted.results);
  }
  // Before the results are stored: so no result is ever known whose effect is lost with the sandbox.
  if (uses.some(({ name }) => tools.find((tool) => tool.name === name)?.changes !== 'nothing')) {
    await tree.checkpoint(journal.last() + 1);
  }
  const warning = turnsLeft(journal.bodies, brief.limits);
  await journal.observe([...results, ...(warning === null ? [] : [textBlock(warning)])]);
  return null;
}

function noToolCalled(tools: readonly Tool[]): string {
  const submit = tools.find(({ name }) => name.startsWith('submit_'))?.name ?? 'submit';
  const ask = tools.some(({ name }) => name === 'ask') ? ' if only a person can decide, call ask;' : '';
  return `You called no tool. If you are done, call ${submit};${ask} else go on.`;
}

/** Whether the answer that was just stored is the note that was asked for. */
function askedForNote(bodies: readonly StepBody[]): boolean {
  const said = bodies
    .slice(
      0,
      bodies.findLastIndex(({ kind }) => kind === 'assistant'),
    )
    .findLast(({ kind }) => kind !== 'note');
  return said?.kind === 'user' && asksForNote(said.content);
}

/** False when the context is fresh already, so that a shorter one cannot be had. */
async function startAfresh({ journal, tree }: LoopOptions, note: string): Promise<boolean> {
  const last = journal.bodies.findLast(({ kind }) => kind !== 'note');
  if (last?.kind === 'context') return false;
  await journal.post(freshContext(journal.bodies, note, await tree.summary()));
  return true;
}
