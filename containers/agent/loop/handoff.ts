/**
 * Starting a context anew, near the end of the window: the model writes a note to itself, and goes on with that note
 * instead of the whole history. A note as JSON, because models damage that less than prose.
 */
import { z } from 'zod';
import type { Block, StepBody } from '#core/run/step.ts';
import { textBlock, texts } from './blocks.ts';

/** Asked for in a user message of its own; its first words are how the journal tells that the answer is the note. */
export const handoffRequest = `[OmoiOS: this context is nearly full.] Write a hand-off note for yourself and call no tool. You will go on in a fresh context that holds the same task and this note, and nothing else of what happened here. Answer with one JSON object and nothing else:
{"goal": "…", "decisions": ["what was decided, and why"], "done": ["what is finished, with files"], "next": ["what remains, in order"], "commands": ["commands that work here, and what they are for"], "traps": ["what cost time and should not again"]}`;

const strings = z.array(z.string()).default([]);
const Note = z.object({
  goal: z.string().default(''),
  decisions: strings,
  done: strings,
  next: strings,
  commands: strings,
  traps: strings,
});

/** Whether the last thing said to the model asks for a note. */
export function asksForNote(content: readonly Block[]): boolean {
  return texts(content).includes(handoffRequest);
}

/** The note out of an answer: its JSON, tidied; or, where the model wrote something else, its words as they are. */
export function noteOf(content: readonly Block[]): string {
  const text = texts(content).join('\n').trim();
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  try {
    return JSON.stringify(Note.parse(JSON.parse(json)), null, 1);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return text;
    throw error;
  }
}

/** The opening of the next context: that of the first, the note, and what the platform itself sees of the work. */
export function freshContext(journal: readonly StepBody[], note: string, changes: string): StepBody {
  const first = journal.find((body) => body.kind === 'context');
  const opening = first?.kind === 'context' ? first.content : [];
  const words = [
    'You have worked on this already, in a context that was full. Go on from here; the files are as you left them.',
    `<handoff-note>\n${note || '(no note was written: look at the changes and go on)'}\n</handoff-note>`,
    `<changes-so-far>\n${changes}\n</changes-so-far>`,
  ];
  return { kind: 'context', content: [...opening, textBlock(words.join('\n\n'))] };
}
