/**
 * The body of a pull request: requirement → criterion → task → commit → check → result, what was measured, what it cost,
 * and, as plainly, what is missing or unverified. Markdown; text that agents wrote cannot leave its cell.
 */
import { type Balance, usd } from '../cost/ledger.ts';
import type { Forecast } from '../gate/gate.ts';
import type { Joined, Stale } from '../merge/stale.ts';
import type { Design } from '../spec/design.ts';
import { type Asked, criterionIds, type Requirements } from '../spec/requirements.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { ticketName } from '../ticket/ticket.ts';
import { byTest } from '../verify/cases/case.ts';
import type { Evidence } from '../verify/ports.ts';
import { type Proof, type ProofState, proofWords, prove } from '../verify/proof.ts';
import type { PropertyTests } from '../verify/properties/independent.ts';
import type { TamperedWork } from '../verify/report.ts';
import { type Answered, choices } from './choices.ts';
import { flaky, named } from './flakes.ts';
import { formerOutput, formerTests } from './former.ts';
import {
  cell,
  code,
  folded,
  oneLine,
  quoted,
  type Section,
  short,
  table,
  testName,
  whole,
} from './markdown.ts';
import { mutations } from './mutations.ts';
import { aloneWords, besideIt, properties, untried } from './properties.ts';
import { tampering } from './tampering.ts';
import { type Ranked, within } from './within.ts';

/** What the body is made of; `ticket.headCommit` is the delivered commit. `calls` counts model calls. */
export interface BodyInput {
  readonly ticket: Pick<Ticket, 'number' | 'title' | 'description' | 'verification' | 'headCommit'>;
  readonly requirements: Asked & Pick<Requirements, 'assumptions' | 'outOfScope'>;
  /** Null where the size of the change asked for none. */
  readonly design: Design | null;
  readonly tasks: readonly Task[];
  /** What the builder of each finished task says it did. */
  readonly summaries: ReadonlyMap<TaskKey, string>;
  /** What the verifier of a task left: its test files, what runs them, and what it says of them. */
  readonly testers: ReadonlyMap<TaskKey, Pick<PropertyTests, 'summary' | 'files' | 'command'>>;
  /** Paths that a task's work changed outside those that it was to write. */
  readonly strayed: ReadonlyMap<TaskKey, readonly string[]>;
  readonly evidence: readonly Evidence[];
  /** Findings of the tamper report that people have accepted. */
  readonly accepted: readonly TamperedWork[];
  /** What agents asked people, and what these said. */
  readonly answers: readonly Answered[];
  readonly balance: Balance;
  readonly calls: number;
  /** What the last gate foresaw; null when there was none. */
  readonly forecast: Forecast | null;
  /** What keeps it from being merged, by the project's policy on drafts; null when nothing does. */
  readonly notReady: string | null;
  /** How the default branch (`into`) came into the ticket's while it was at work, and what that may have overtaken. */
  readonly upstream: {
    readonly into: string;
    readonly joined: readonly Joined[];
    readonly stale: readonly Stale[];
  };
}

/** What GitHub takes in the body of a pull request, in characters; no other forge takes less. */
export const maxBodyChars = 65_536;

const results: Record<ProofState, string> = {
  proven: `✔ ${proofWords.proven}`,
  interpreted: `◕ ${proofWords.interpreted}`,
  weak: `◔ ${proofWords.weak}`,
  verified: `◐ ${proofWords.verified}`,
  unverified: `○ ${proofWords.unverified}`,
  open: `✘ ${proofWords.open}`,
};

/** The whole body. Sections that have nothing to say are left out; what is missing comes first, details are folded. */
export function pullBody(input: BodyInput): string {
  const sections: Ranked[] = [
    { ...whole(summary(input)), rank: null },
    { ...missing(input.tasks), rank: 1 },
    { ...unverified(input), rank: 2 },
    { ...overtaken(input), rank: 2 },
    { ...formerTests(input.evidence, input.ticket.headCommit), rank: 4 },
    { ...formerOutput(input.evidence, input.ticket.headCommit), rank: 7 },
    { ...built(input), rank: 5 },
    { ...traceability(input), rank: 3 },
    { ...choices(input), rank: 4 },
    { ...tampering(input.tasks, input.evidence, input.accepted), rank: 5 },
    { ...properties(input.evidence, input.testers, input.ticket.headCommit), rank: 5 },
    { ...mutations(input.evidence, input.ticket.headCommit), rank: 5 },
    { ...measured(input), rank: 6 },
    { ...whole(cost(input)), rank: null },
  ];
  return within(sections, maxBodyChars, `see ${ticketName(input.ticket.number)} in the console`);
}

/** The subject that a pull request gets: `TKT-12: Coupons in the cart`. */
export function pullTitle(ticket: Pick<Ticket, 'number' | 'title'>): string {
  return `${ticketName(ticket.number)}: ${oneLine(ticket.title)}`;
}

function summary({ ticket, tasks, requirements, evidence, notReady }: BodyInput): string {
  const proofs = prove(criterionIds(requirements), tasks, evidence, ticket.headCommit);
  const proven = proofs.filter(({ state }) => state === 'proven').length;
  const done = tasks.filter(({ state }) => state.status === 'done').length;
  const figures = `**${proven} of ${proofs.length} criteria proven, ${done} of ${tasks.length} tasks done.**`;
  const words = ticket.description.trim();
  const warning = notReady === null ? [] : [`**Not ready to be merged:** ${oneLine(notReady)}`];
  return [figures, ...warning, ...(words === '' ? [] : [quoted(words, maxQuoted).join('\n')])].join('\n\n');
}

/** A ticket's text is quoted whole up to what a reviewer reads without scrolling twice. */
const maxQuoted = 2000;

const nothing: Section = whole('');

function missing(tasks: readonly Task[]): Section {
  const items = tasks.flatMap(({ key, title, state }) => {
    const name = `**${key}** ${oneLine(title)}`;
    // The log that stands below it is evidence already.
    if (state.status === 'failed')
      return [`- ${name}: failed. ${oneLine(state.reason.split('\n\n', 1)[0] ?? '').slice(0, 500)}`];
    if (state.status === 'blocked') return [`- ${name}: not begun, because ${state.by} failed.`];
    return state.status === 'done' ? [] : [`- ${name}: ${state.status}.`];
  });
  if (items.length === 0) return nothing;
  return { head: '## Missing\n\nThis is not the whole ticket.\n\n', lines: items, tail: '' };
}

function unverified(input: BodyInput): Section {
  const { ticket, requirements, tasks, evidence } = input;
  const known = evidence.filter(({ verdict, purpose }) => verdict === 'pre-existing' && purpose === 'final');
  const proofs = prove(criterionIds(requirements), tasks, evidence, ticket.headCommit);
  const items = [
    ...(ticket.verification === 'verified'
      ? []
      : ['- The repository has no tests that could be run, so nothing here is proven by a test.']),
    ...proofs
      .filter(({ state }) => state !== 'proven' && state !== 'open')
      .map((proof) => `- ${proof.criterion}: ${results[proof.state]}${unseen(input, proof)}${taken(proof)}.`),
    ...untried(proofs),
    ...besideIt(proofs),
    ...known.map(
      ({ command, tests }) => `- ${code(command)} fails, as it did before this change${failures(tests)}.`,
    ),
    ...flaky(evidence),
  ];
  return items.length === 0 ? nothing : { head: '## Unverified\n\n', lines: items, tail: '' };
}

const failures = (tests: Evidence['tests']): string =>
  tests === null || tests.framework === 'unknown' || tests.failures.length === 0
    ? ''
    : `: ${named(tests.failures)}`;

/** What its builder made of a criterion that cannot hold as it is written. */
const taken = ({ interpretation }: Proof): string =>
  interpretation === null
    ? ''
    : `. Its builder took it to mean: ${cell(interpretation.replace(/[.\s]+$/u, ''))}`;

/** Of a weak criterion so many changed lines are named; each says the same. */
const shownPlaces = 5;

/** Where a weak criterion's work was changed, and no check noticed. */
function unseen({ ticket, tasks, evidence }: BodyInput, { state, task: key }: Proof): string {
  if (state !== 'weak') return '';
  const id = tasks.find((task) => task.key === key)?.id;
  const survived = evidence
    .filter(({ purpose, commit }) => purpose === 'final' && commit === ticket.headCommit)
    .flatMap(({ proof }) => proof?.mutations ?? [])
    .filter(({ taskId, outcome }) => taskId === id && outcome === 'survived');
  const places = [...new Set(survived.map(({ path, line }) => code(`${path}:${line}`)))];
  const more = places.length > shownPlaces ? [`and ${places.length - shownPlaces} more`] : [];
  return `, also where it was changed at ${[...places.slice(0, shownPlaces), ...more].join(', ')}`;
}

/** Of the files that overtook a criterion so many are named; the console has the rest. */
const shownFiles = 5;

/** What the default branch changed meanwhile. */
function overtaken({ upstream: { into, joined, stale } }: BodyInput): Section {
  if (joined.length === 0) return nothing;
  const times = joined.map(({ upstream, commit }) => `${short(upstream)} (merged in ${short(commit)})`);
  const moved = `${code(into)} moved while this was at work and was brought in: ${times.join(', ')}. `;
  const words =
    stale.length === 0
      ? 'No criterion rests on older work in a file that it touched.'
      : 'All checks passed again, but these criteria rest on files that it changed; read whether they still say what is wanted.';
  const lines = stale.map(({ criterion, files }) => {
    const more = files.length > shownFiles ? [`and ${files.length - shownFiles} more`] : [];
    return `- ${criterion}: ${[...files.slice(0, shownFiles).map(code), ...more].join(', ')}`;
  });
  return { head: `## Brought up to date\n\n${moved}${words}\n\n`, lines, tail: '' };
}

/** What each builder says it did: its words, next to the commit they are about. */
function built({ tasks, summaries, strayed }: BodyInput): Section {
  const lines = tasks.flatMap(({ key, title, state }) => {
    if (state.status !== 'done') return [];
    const words = summaries.get(key)?.trim() ?? '';
    const where = state.unchanged ? 'nothing had to change' : short(state.commit);
    const head = `**${key}** ${cell(title)} (${where})`;
    const paths = strayed.get(key) ?? [];
    const more = paths.length > shownFiles ? [`and ${paths.length - shownFiles} more`] : [];
    const named = [...paths.slice(0, shownFiles).map(code), ...more].join(', ');
    const outside = paths.length === 0 ? [] : [`Outside the paths of its plan: ${named}`, ''];
    return [head, '', ...outside, ...(words === '' ? [] : [...quoted(words, maxQuoted), ''])];
  });
  if (lines.length === 0) return nothing;
  return { head: "## What was built\n\nIn the builders' words.\n\n", lines: lines.slice(0, -1), tail: '' };
}

function traceability({ ticket, requirements, tasks, evidence }: BodyInput): Section {
  const rows = requirements.requirements.flatMap((requirement) => {
    const proofs = prove(
      requirement.criteria.map(({ id }) => id),
      tasks,
      evidence,
      ticket.headCommit,
    );
    return proofs.map((proof) => {
      const text = requirement.criteria.find(({ id }) => id === proof.criterion)?.text ?? '';
      const checks = checksOf(proof).join(', ');
      return [
        `${requirement.id} ${cell(requirement.title)}`,
        `${proof.criterion} ${cell(text)}`,
        proof.task ?? '–',
        short(proof.commit),
        checks || '–',
        `${results[proof.state]}${aloneWords(proof)}`,
      ];
    });
  });
  const head = ['Requirement', 'Criterion', 'Task', 'Commit', 'Checks', 'Result'];
  return { head: '## Proof\n\n', lines: table(head, rows), tail: '' };
}

/** Beyond these the console tells. */
const shownTests = 4;

/** The tests that its claim names and what another run tried; where neither ran, the commands that did. */
function checksOf({ tests, independent, evidence }: Proof): string[] {
  const properties = (independent?.runs ?? []).map(
    ({ name, outcome, least }) =>
      `${least === undefined ? 'property' : 'independent test'} ${cell(name)}${outcome === 'passed' ? '' : ' (refuted)'}`,
  );
  if (tests.length + properties.length === 0)
    return [...new Set(evidence.map(({ command }) => code(command)))];
  const leaf = (name: string) => name.split(' > ').at(-1) ?? name;
  const commands = tests.filter(({ name }) => name.startsWith('$ '));
  const named = tests.filter((test) => !commands.includes(test));
  const passed = named.filter(({ outcome }) => outcome === 'passed').map(({ name }) => leaf(name));
  const how = (outcome: string) => (outcome === 'passed' ? '' : ` (${outcome})`);
  const told = [
    ...named.flatMap(({ name, outcome }) =>
      outcome === 'passed' ? [] : [`${cell(leaf(name))}${how(outcome)}`],
    ),
    ...byTest(passed).map(testName),
    ...commands.map(({ name, outcome }) => `${code(name)}${how(outcome)}`),
  ];
  const more = told.length > shownTests ? [`and ${told.length - shownTests} more`] : [];
  return [...told.slice(0, shownTests), ...more, ...properties];
}

function measured({ ticket, tasks, evidence }: BodyInput): Section {
  const keys = new Map<string, string>(tasks.map(({ id, key }) => [id, key]));
  const current = new Set<string>(
    tasks.flatMap(({ state }) =>
      state.status === 'done' ? [state.commit, state.checked ?? state.commit] : [],
    ),
  );
  const rows = evidence
    .filter(({ purpose, commit }) =>
      purpose === 'final' ? commit === ticket.headCommit : purpose !== 'batch' || current.has(commit),
    )
    .map((entry) => [
      ofWhat(entry, keys),
      code(entry.command),
      short(entry.commit),
      entry.exitCode === null ? 'killed' : String(entry.exitCode),
      tests(entry),
      entry.verdict,
      `\`${entry.logDigest.slice(0, 12)}\``,
    ]);
  if (rows.length === 0) return nothing;
  const head = ['Check', 'Command', 'Commit', 'Exit', 'Tests', 'Verdict', 'Log (SHA-256)'];
  const all = rows.length === evidence.length ? '' : ` of what is delivered (of ${evidence.length} in all)`;
  const title = `Evidence: ${rows.length} checks${all}, measured by the platform in clean checkouts, without a model`;
  return folded(title, table(head, rows));
}

/** The task that was checked, or what for; a property of a task that was tried once more on the delivered commit is of both. */
function ofWhat({ taskId, purpose }: Evidence, keys: ReadonlyMap<string, string>): string {
  const key = taskId === null ? undefined : keys.get(taskId);
  if (key === undefined) return purpose;
  return purpose === 'batch' ? key : `${purpose}, ${key}`;
}

function tests({ tests: counts }: Evidence): string {
  if (counts === null) return '–';
  if (counts.framework === 'unknown') return 'unknown: the exit code counts';
  const rest = [
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
  ];
  return [`${counts.run} run`, ...rest].join(', ');
}

function cost({ balance, calls, forecast }: BodyInput): string {
  const spent = `$${usd(balance.spent)} of $${usd(balance.limit)} in ${calls} model calls.`;
  if (forecast === null) return `## Cost\n\n${spent}`;
  const { p50Micros, p90Micros, basis } = forecast;
  const by = basis === 'prior' ? "by the platform's prior" : "by the project's history";
  return `## Cost\n\n${spent} Forecast at the last gate: $${usd(p50Micros)}, at most $${usd(p90Micros)} in nine of ten cases (${by}).`;
}
