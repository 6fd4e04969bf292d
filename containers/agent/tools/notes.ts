/** plan, ask, remember, recall: what an agent tells people, and its later selves. */
import { z } from 'zod';
import { MemoryRequest, PlanRequest, QuestionRequest } from '#core/run/protocol.ts';
import type { Gateway } from '../gateway.ts';
import { defineTool, observed, type Tool } from './tool.ts';

/** Begins the answer of a person; so the journal tells which questions were answered. */
export const answerMark = 'Answer: ';

export interface AskOptions {
  readonly gateway: Gateway;
  /** Saves the tree before the sandbox ends. */
  readonly save: () => Promise<void>;
  /** Answers to questions of this run, in order, and how many of them the journal holds already. */
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly answered: () => number;
}

export function askTool({ gateway, save, answers, answered }: AskOptions): Tool {
  return defineTool({
    name: 'ask',
    changes: 'nothing',
    description:
      'Asks a person, when only a person can decide. Work stops until they answer, maybe for days: do not ask what the repository or the documents tell, and call no other tool in the same turn.',
    input: z.strictObject({
      question: QuestionRequest.shape.text,
      options: QuestionRequest.shape.options.removeDefault().optional(),
    }),
    run: async ({ question, options = [] }) => {
      const answer = answers[answered()];
      if (answer) return observed(`${answerMark}${answer.answer}`);
      await save();
      await gateway.question(question, options);
      return { outcome: { type: 'held', reason: 'question' } };
    },
  });
}

export function noteTools(gateway: Gateway): Tool[] {
  return [
    defineTool({
      name: 'plan',
      changes: 'nothing',
      description:
        'Your checklist, shown to people. For work of many turns: write it beside other calls, not in a turn of its own, and keep it true.',
      input: z.strictObject(PlanRequest.shape),
      run: async ({ items }) => {
        await gateway.plan(items);
        const done = items.filter(({ status }) => status === 'done').length;
        return observed(`Noted: ${done} of ${items.length} done.`);
      },
    }),
    defineTool({
      name: 'remember',
      changes: 'nothing',
      description:
        'Keeps something for later runs in this repository: a cause that was hard to find, a decision, a trap. One or two sentences; never secrets, never what is written in the repository.',
      input: z.strictObject(MemoryRequest.shape),
      run: async ({ kind, text }) => {
        await gateway.remember(kind, text);
        return observed('Remembered.');
      },
    }),
    defineTool({
      name: 'recall',
      description: 'Searches what earlier runs remembered about this repository.',
      input: z.strictObject({ query: z.string().min(1).max(1000) }),
      changes: 'nothing',
      run: async ({ query }) => {
        const memories = await gateway.recall(query);
        if (memories.length === 0) return observed('Nothing remembered about that.');
        return observed(memories.map(({ kind, text }) => `- [${kind}] ${text}`).join('\n'));
      },
    }),
  ];
}
