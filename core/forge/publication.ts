/** What a forge is told about a delivered ticket: the pull request's text, its labels, and the evidence as one check. */
import { z } from 'zod';
import type { Task } from '../task/task.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { ticketName } from '../ticket/ticket.ts';
import type { Evidence } from '../verify/ports.ts';
import { finalOf } from '../verify/proof.ts';
import { type BodyInput, maxBodyChars, pullBody, pullTitle } from './body.ts';
import type { DraftWish } from './draft.ts';
import { cell, quoted } from './markdown.ts';
import { isRework } from './rework.ts';

/** Kept as a blob, because executions carry ids and not texts. */
export const PullText = z.object({
  title: z.string().min(1),
  body: z.string(),
  labels: z.array(z.string().min(1)),
  /** The evidence of the delivered commit as one check. `neutral`: nothing failed, but not everything is proven. */
  check: z.object({
    conclusion: z.enum(['success', 'neutral', 'failure']),
    title: z.string().min(1),
    summary: z.string(),
  }),
  /** Whether it is to be a draft, how the platform left it the last time, and what is not proven. */
  draft: z
    .object({ wanted: z.boolean(), left: z.boolean().nullable(), lacks: z.string().nullable() })
    .default({ wanted: false, left: null, lacks: null }),
  /** Said once on the pull request: `marker` is hidden in the comment and finds it again. */
  comment: z.object({ marker: z.string().min(1), text: z.string() }).nullable(),
});
export type PullText = z.infer<typeof PullText>;

/** GitHub takes 65,535 characters in a check's summary; a word about the cut has to fit too. */
const maxText = 65_000;

/** An answer to a reviewer is read in a comment; the whole stands in the pull request. */
const maxAnswer = 2000;

/** On every pull request, so that a team can filter them. */
const label = 'omoios';
/** Something is missing or was not proven. */
const incomplete = 'omoios: incomplete';

/** Everything that is told, from the rows. */
export function pullText(
  input: BodyInput & {
    readonly ticket: Pick<Ticket, 'source' | 'reopened'>;
    readonly draft: DraftWish;
    readonly lacks: string | null;
  },
): PullText {
  const { ticket, tasks, evidence, draft, lacks } = input;
  const check = checkOf(ticket, tasks, evidence, lacks);
  const issue = issueOf(ticket.source);
  // The forge closes the issue with the merge.
  const closing = issue === null ? '' : `\nCloses #${issue}.\n`;
  return {
    title: pullTitle(ticket),
    body: `${pullBody(input).slice(0, maxBodyChars - closing.length)}${closing}`,
    labels: check.conclusion === 'success' ? [label] : [label, incomplete],
    check,
    draft: { ...draft, lacks },
    comment: ticket.reopened === 0 ? null : reworked(ticket, input),
  };
}

function cut(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…\n\nThe rest is in the console.\n`;
}

/** The number of the issue that a ticket came from. */
function issueOf(source: string | null): string | null {
  return /\/issues\/(\d+)$/.exec(source ?? '')?.[1] ?? null;
}

function checkOf(
  ticket: Pick<Ticket, 'headCommit' | 'verification' | 'number'>,
  tasks: readonly Task[],
  evidence: readonly Evidence[],
  lacks: string | null,
): PullText['check'] {
  const final = finalOf(evidence, ticket.headCommit);
  const failed = final.some(({ verdict }) => verdict === 'failed');
  const whole = tasks.every(({ state }) => state.status === 'done' || state.status === 'cancelled');
  const proven = ticket.verification === 'verified' && whole && final.length > 0 && lacks === null;
  const conclusion = failed ? 'failure' : proven ? 'success' : 'neutral';
  const lines = final.map(
    ({ name, command, verdict, tests }) =>
      `- ${name} \`${command.replaceAll('`', "'")}\`: ${verdict}${testsOf(tests)}`,
  );
  const words = { success: 'proven', neutral: 'not everything is proven', failure: 'a check fails' };
  const ran = lines.length === 0 ? 'No check ran on this commit.' : lines.join('\n');
  const summary = lacks === null ? ran : `${lacks}\n\n${ran}`;
  return { conclusion, title: `${ticketName(ticket.number)}: ${words[conclusion]}`, summary: cut(summary) };
}

/** Of a runner that nobody knows the exit code alone is told of, and that it is so. */
function testsOf(tests: Evidence['tests']): string {
  if (tests === null) return '';
  return tests.framework === 'unknown' ? ', tests unknown: the exit code counts' : `, ${tests.run} tests run`;
}

/** Tasks that came from a review or a red build, so that whoever asked sees what became of it. */
function reworked(
  ticket: Pick<Ticket, 'headCommit' | 'reopened'>,
  { tasks, summaries }: Pick<BodyInput, 'tasks' | 'summaries'>,
): PullText['comment'] {
  const items = tasks
    .filter(({ origin }) => isRework(origin))
    .flatMap(({ key, title, state }) => {
      const head = `- **${key}** ${cell(title)}`;
      if (state.status !== 'done' || !state.unchanged) return [`${head}: ${state.status}`];
      const answer = quoted(summaries.get(key) ?? '', maxAnswer).map((line) => `  ${line}`);
      return [`${head}: nothing had to change`, '', ...answer];
    });
  const commit = ticket.headCommit?.slice(0, 12) ?? '';
  return {
    marker: `rework-${ticket.reopened}`,
    text: `Reworked in \`${commit}\`.\n\n${items.join('\n')}`.trim(),
  };
}
