/** What was decided on the way: by the design, by the requirements, and by people who were asked. */
import type { Design } from '../spec/design.ts';
import type { Requirements } from '../spec/requirements.ts';
import { cell, folded, type Section } from './markdown.ts';

/** A question of an agent that a person answered. */
export interface Answered {
  readonly question: string;
  readonly answer: string;
  readonly by: string;
}

interface Chosen {
  readonly requirements: Pick<Requirements, 'assumptions' | 'outOfScope'>;
  readonly design: Design | null;
  readonly answers: readonly Answered[];
}

/** As much of a question or an answer is shown; the whole is in the console. */
const maxSaid = 600;

const said = (text: string): string => cell(text.length > maxSaid ? `${text.slice(0, maxSaid)}…` : text);

/** What was chosen, answered, taken for granted and left out. */
export function choices({ requirements, design, answers }: Chosen): Section {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`**${title}**`, '', ...items.map((item) => `- ${item}`), ''];
  const lines = [
    ...list(
      'Decisions',
      (design?.decisions ?? []).map(
        ({ title, choice, why }) =>
          `${cell(title)}: ${cell(choice.trim().replace(/(?<![.!?…])$/u, '.'))} ${cell(why)}`,
      ),
    ),
    ...list(
      'Asked and answered',
      answers.map(({ question, answer, by }) => `${said(question)} ${cell(by)}: ${said(answer)}`),
    ),
    ...list('Assumptions', requirements.assumptions.map(cell)),
    ...list('Out of scope', requirements.outOfScope.map(cell)),
  ];
  if (lines.length === 0) return { head: '', lines: [], tail: '' };
  const named = answers.length === 0 ? 'Decisions' : 'Decisions, answers';
  return folded(`${named}, assumptions, out of scope`, lines.slice(0, -1));
}
