/** The run's journal: what is stored at the gateway, and the same here. A step counts when the gateway has it. */
import type { Block, Step, StepBody } from '#core/run/step.ts';
import type { Gateway } from '../gateway.ts';
import { textBlock } from './blocks.ts';

/** A message of a person that waits for the agent's next turn. */
export interface Steering {
  readonly id: string;
  readonly text: string;
}

export interface Journal {
  readonly bodies: readonly StepBody[];
  /** The newest sequence number. */
  last(): number;
  /** The sequence number of the model's newest answer; 0 before the first. */
  lastAnswer(): number;
  post(body: StepBody): Promise<void>;
  /** Stores a user message, with what people have said meanwhile. */
  observe(content: readonly Block[]): Promise<void>;
  note(text: string): Promise<void>;
}

/** `steering` hands over the messages that wait, and forgets them. */
export function createJournal(
  gateway: Gateway,
  past: readonly Step[],
  steering: () => readonly Steering[],
): Journal {
  const bodies = past.map(({ body }) => body);
  let seq = past.at(-1)?.seq ?? 0;
  let answer = past.findLast(({ body }) => body.kind === 'assistant')?.seq ?? 0;
  const post = async (body: StepBody, steered: readonly string[] = []) => {
    await gateway.step(seq + 1, body, steered);
    seq++;
    bodies.push(body);
    if (body.kind === 'assistant') answer = seq;
  };
  return {
    bodies,
    last: () => seq,
    lastAnswer: () => answer,
    post: (body) => post(body),
    observe(content) {
      const messages = steering();
      const said = messages.map(({ text }) =>
        textBlock(`<message-from-a-person>\n${text}\n</message-from-a-person>`),
      );
      return post(
        { kind: 'user', content: [...content, ...said] },
        messages.map(({ id }) => id),
      );
    },
    note: (text) => post({ kind: 'note', text: text.slice(0, 20_000) }),
  };
}
