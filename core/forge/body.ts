/**
 * The body of a pull request: requirement → criterion → task → commit → check → result, what was measured, what it cost,
 * and, as plainly, what is missing or unverified. Markdown; text that agents wrote cannot leave its cell.
 */
import type { Balance } from '../cost/ledger.ts';
import type { Sha } from '../id.ts';
import type { Requirements } from '../spec/requirements.ts';
import type { Task } from '../task/task.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { ticketName } from '../ticket/ticket.ts';
import type { Evidence } from '../verify/ports.ts';
import { type ProofState, prove } from '../verify/proof.ts';

/** What the body is made of; `ticket.headCommit` is the delivered commit. `calls` counts model calls. */
export interface BodyInput {
  readonly ticket: Pick<Ticket, 'number' | 'title' | 'description' | 'verification' | 'headCommit'>;
  readonly requirements: Requirements;
  readonly tasks: readonly Task[];
  readonly evidence: readonly Evidence[];
  readonly balance: Balance;
  readonly calls: number;
}

const results: Record<ProofState, string> = {
  proven: '✔ proven',
  verified: '◐ checked on its own commit only',
  unverified: '○ not verified: no test ran',
  open: '✘ not built',
};

/** The whole body. Sections that have nothing to say are left out; what is missing comes first. */
export function pullBody(input: BodyInput): string {
  const sections = [
    summary(input),
    missing(input.tasks),
    unverified(input),
    traceability(input),
    measured(input),
    cost(input),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The subject that a pull request gets: `TKT-12: Coupons in the cart`. */
export function pullTitle(ticket: Pick<Ticket, 'number' | 'title'>): string {
  return `${ticketName(ticket.number)}: ${oneLine(ticket.title)}`;
}

function summary({ ticket, tasks, requirements, evidence }: BodyInput): string {
  const proofs = prove(criteriaOf(requirements), tasks, evidence, ticket.headCommit);
  const proven = proofs.filter(({ state }) => state === 'proven').length;
  const done = tasks.filter(({ state }) => state.status === 'done').length;
  const figures = `**${proven} of ${proofs.length} criteria proven, ${done} of ${tasks.length} tasks done.**`;
  const words = ticket.description.trim();
  return [figures, ...(words === '' ? [] : [quoted(words)])].join('\n\n');
}

/** A ticket's text is quoted whole up to what a reviewer reads without scrolling twice. */
const maxQuoted = 2000;

function quoted(text: string): string {
  const cut = text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
  return cut
    .split(/\r?\n/)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function missing(tasks: readonly Task[]): string {
  const items = tasks.flatMap(({ key, title, state }) => {
    const name = `**${key}** ${oneLine(title)}`;
    if (state.status === 'failed') return [`- ${name}: failed. ${oneLine(state.reason).slice(0, 500)}`];
    if (state.status === 'blocked') return [`- ${name}: not begun, because ${state.by} failed.`];
    return state.status === 'done' ? [] : [`- ${name}: ${state.status}.`];
  });
  return items.length === 0 ? '' : `## Missing\n\nThis is not the whole ticket.\n\n${items.join('\n')}`;
}

function unverified({ ticket, requirements, tasks, evidence }: BodyInput): string {
  const known = evidence.filter(({ verdict, purpose }) => verdict === 'pre-existing' && purpose === 'final');
  const items = [
    ...(ticket.verification === 'verified'
      ? []
      : ['- The repository has no tests that could be run, so nothing here is proven by a test.']),
    ...prove(criteriaOf(requirements), tasks, evidence, ticket.headCommit)
      .filter(({ state }) => state === 'unverified' || state === 'verified')
      .map(({ criterion, state }) => `- ${criterion}: ${results[state]}.`),
    ...known.map(({ command }) => `- ${code(command)} fails, as it did before this change.`),
  ];
  return items.length === 0 ? '' : `## Unverified\n\n${items.join('\n')}`;
}

function traceability({ ticket, requirements, tasks, evidence }: BodyInput): string {
  const rows = requirements.requirements.flatMap((requirement) => {
    const proofs = prove(
      requirement.criteria.map(({ id }) => id),
      tasks,
      evidence,
      ticket.headCommit,
    );
    return proofs.map((proof) => {
      const text = requirement.criteria.find(({ id }) => id === proof.criterion)?.text ?? '';
      const checks = [...new Set(proof.evidence.map(({ command }) => code(command)))].join(', ');
      return [
        `${requirement.id} ${cell(requirement.title)}`,
        `${proof.criterion} ${cell(text)}`,
        proof.task ?? '–',
        short(proof.commit),
        checks || '–',
        results[proof.state],
      ];
    });
  });
  return `## Proof\n\n${table(['Requirement', 'Criterion', 'Task', 'Commit', 'Checks', 'Result'], rows)}`;
}

function measured({ tasks, evidence }: BodyInput): string {
  const keys = new Map<string, string>(tasks.map(({ id, key }) => [id, key]));
  const current = new Set<string | null>(
    tasks.map(({ state }) => (state.status === 'done' ? state.commit : null)),
  );
  const rows = evidence
    .filter(({ purpose, commit }) => purpose !== 'task' || current.has(commit))
    .map((entry) => [
      entry.taskId === null ? entry.purpose : (keys.get(entry.taskId) ?? entry.purpose),
      code(entry.command),
      short(entry.commit),
      entry.exitCode === null ? 'killed' : String(entry.exitCode),
      tests(entry),
      entry.verdict,
      `\`${entry.logDigest.slice(0, 12)}\``,
    ]);
  if (rows.length === 0) return '';
  const head = ['Check', 'Command', 'Commit', 'Exit', 'Tests', 'Verdict', 'Log (SHA-256)'];
  return `## Evidence\n\nMeasured by the platform in clean checkouts, without a model.\n\n${table(head, rows)}`;
}

function tests({ tests: counts }: Evidence): string {
  if (counts === null) return '–';
  if (counts.framework === 'unknown') return 'not counted';
  const rest = [
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
  ];
  return [`${counts.run} run`, ...rest].join(', ');
}

function cost({ balance, calls }: BodyInput): string {
  const usd = (micros: number) => `$${(micros / 1_000_000).toFixed(2)}`;
  return `## Cost\n\n${usd(balance.spent)} of ${usd(balance.limit)} in ${calls} model calls.`;
}

function criteriaOf({ requirements }: Requirements): string[] {
  return requirements.flatMap(({ criteria }) => criteria.map(({ id }) => id));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const short = (commit: Sha | null) => (commit === null ? '–' : `\`${commit.slice(0, 12)}\``);
const oneLine = (text: string) => text.replace(/\s+/gu, ' ').trim();

/** Text of agents or of the ticket inside a table: no new cell, no markup, no mention. */
function cell(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]<>#|~]/gu, '\\$&')
    .replace(/@/gu, '@\u200B');
}

/** A command in a table. Backticks in it would end the code span, a bar the cell. */
function code(text: string): string {
  return `\`${oneLine(text).replace(/`/gu, "'").replace(/\|/gu, '\\|')}\``;
}
