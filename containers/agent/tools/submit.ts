/** submit_work: how a builder's or an integrator's run is handed in. What does not fit comes back in words. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { z } from 'zod';
import { followsManifest } from '#core/merge/strayed.ts';
import type { RunBrief } from '#core/run/protocol.ts';
import type { Claim } from '#core/run/run.ts';
import { namesIn, perhapsIn } from '#core/verify/claims.ts';
import { languageOf } from '#core/verify/tamper/path.ts';
import type { WorkTree } from '../checkout/work.ts';
import type { RunCommand } from '../commands/run.ts';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import { defineTool, refused, type Tool } from './tool.ts';

export interface SubmitWorkOptions {
  readonly brief: RunBrief;
  readonly gateway: Gateway;
  readonly tree: WorkTree;
  readonly folders: Folders;
  readonly run: RunCommand;
  readonly signal: AbortSignal;
  /** Files that an integrator was given with conflict markers. */
  readonly conflicts: readonly string[];
  /** Whether a result with a paragraph that begins so was given before, in another sandbox perhaps: what was asked once is let pass. */
  readonly told: (beginning: string) => boolean;
}

/** A claim as a builder writes it. */
const ClaimInput = z.strictObject({
  criterion: z.string().max(40),
  how: z.string().min(1).max(2000),
  interpretation: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Only where the criterion cannot hold as it is written: what you took it to mean'),
  command: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      'Only where no test can see it (a README, a change log): a command that exits 0 when the criterion holds, and not without your work, such as grep -q "…" README.md. It runs where nothing can be written',
    ),
});

export function submitWorkTool(options: SubmitWorkOptions): Tool {
  const { brief, gateway, tree } = options;
  const wanted = new Set(brief.task?.criteria.map(({ id }) => id));
  // What is no criterion of the task is refused once, and not kept; the round before said its claims of the same criteria.
  const before = brief.run.round > 1 ? (brief.handedIn?.claims ?? []) : [];
  let last: Said = { claims: before.filter(({ criterion }) => wanted.has(criterion)) };
  return defineTool({
    name: 'submit_work',
    changes: 'nothing',
    description:
      'Hands in the work: all changed files of the repository that git does not ignore. The platform then checks it itself, in a clean checkout. Say for each criterion where and how it is met; name the tests. Where it comes back with a question, hand it in again with what you change; what you leave out stays as you said it.',
    input: z.strictObject({
      summary: z
        .string()
        .min(1)
        .max(4000)
        .optional()
        .describe(
          'What changed and why, as for a reviewer: the body of the commit’s message, whose first line is the task’s title, and the pull request’s words. In a later round, of the whole work',
        ),
      claims: z.array(ClaimInput).max(100).default([]),
      commands: z
        .array(z.string().max(2000))
        .max(50)
        .optional()
        .describe('Commands that you ran to see that it works'),
    }),
    run: async (given) => {
      const { summary, claims, commands = [] } = together(last, given);
      last = { summary, commands, claims: claims.filter(({ criterion }) => wanted.has(criterion)) };
      if (summary === undefined) return refused('Say in summary what changed and why.');
      const early =
        claimProblems(brief, claims) ?? (await unresolved(options)) ?? (await nothingDone(options));
      if (early !== null) return refused(early);
      // All at once: each refusal is a turn.
      const wrong = [
        await untoldTests(options, claims),
        await unshown(options, claims),
        await strayed(options, summary),
        await weakened(options),
      ].filter((words) => words !== null);
      if (wrong.length > 0) return refused(wrong.join('\n\n'));
      const title = brief.task?.title ?? brief.ticket.title;
      const state = await tree.look();
      const unchanged = brief.task?.asked && state.type === 'tree' && !state.changed;
      const { tip, bundle } = await tree.handIn(title);
      const blind = brief.task?.independent && { blind: await tree.handInBlind(title) };
      const ran =
        commands.length > 0 ? `\n\nRan: ${commands.map((command) => `\`${command}\``).join(', ')}` : '';
      await gateway.work({
        tip,
        bundle,
        summary: (summary + ran).slice(0, 8000),
        claims: [...claims],
        ...blind,
        ...(unchanged && { unchanged }),
      });
      return { outcome: { type: 'submitted' } };
    },
  });
}

interface Said {
  readonly summary?: string | undefined;
  readonly claims: readonly Claim[];
  readonly commands?: readonly string[] | undefined;
}

/** What was handed in before, with what is said anew. */
function together(before: Said, now: Said): Said {
  const anew = new Set(now.claims.map(({ criterion }) => criterion));
  return {
    summary: now.summary ?? before.summary,
    claims: [...before.claims.filter(({ criterion }) => !anew.has(criterion)), ...now.claims],
    commands: now.commands ?? before.commands,
  };
}

function claimProblems({ task }: RunBrief, claims: readonly { criterion: string }[]): string | null {
  const wanted = task?.criteria.map(({ id }) => id) ?? [];
  const given = new Set(claims.map(({ criterion }) => criterion));
  const missing = wanted.filter((id) => !given.has(id));
  const unknown = [...given].filter((id) => !wanted.includes(id));
  if (missing.length > 0) return `No claim for ${missing.join(', ')}. Say for each criterion how it is met.`;
  return unknown.length > 0 ? `${unknown.join(', ')} is no criterion of this task.` : null;
}

/** Changes outside the task's `writes` that the summary does not own up to: another builder may be at work there. */
async function strayed({ brief, tree }: SubmitWorkOptions, summary: string): Promise<string | null> {
  if (brief.run.role !== 'builder' || !brief.task) return null;
  const globs = brief.task.writes.flatMap((glob) => [glob, `${glob.replace(/\/+$/, '')}/**`]);
  const allowed = picomatch(globs, { dot: true });
  const changed = await tree.changed();
  const outside = changed.filter(
    (path) => !allowed(path) && !summary.includes(path) && !followsManifest(path, changed),
  );
  if (outside.length === 0) return null;
  return `You changed ${outside.slice(0, 20).join(', ')}, outside the paths that this task writes (${brief.task.writes.join(', ')}). Undo it, or name each such path in your summary and say why.`;
}

/** Beginnings of what is asked once. */
const unproven = 'As they are, no test will prove these claims';
const takesAway = 'A person will be asked about this, since it takes away from what checks the code';

/** Where the project's test program is of the team's own making. */
const howToName =
  'The test command told no test by name on the base commit: let what you add print TAP, which is read (TAP version 13; ok 1 - its name; 1..1).';

/** So many findings are shown; more would say the same. */
const shownFindings = 10;

/** What the work takes away of the checks: asked once, before a whole round is spent on what was not meant. */
async function weakened({ tree, told }: SubmitWorkOptions): Promise<string | null> {
  if (told(takesAway)) return null;
  const findings = await tree.weakened();
  if (findings.length === 0) return null;
  const lines = findings
    .slice(0, shownFindings)
    .map(
      ({ file, line, side, message }) =>
        `- ${file}:${line}${side === 'before' ? ' (as it was)' : ''}: ${message}`,
    );
  return `${takesAway}:\n${lines.join('\n')}\nPut back what the task does not ask for. What it does ask for, name in the summary with the reason, and submit again.`;
}

/**
 * Claims that name no test, or only such as stand in no file that was changed and in none of tests. Such a claim proves
 * nothing in any check; asked once, since a name may be put together at run time, and not everything can be tested.
 */
async function untoldTests(options: SubmitWorkOptions, claims: readonly Claim[]): Promise<string | null> {
  const { brief, told } = options;
  if (told(unproven)) return null;
  // What was handed in so in the round before was asked about in that one.
  const asked = new Set(
    brief.handedIn?.claims.flatMap(({ criterion, how }) => (namesOf(how).length === 0 ? [criterion] : [])),
  );
  const examples = new Set(
    brief.task?.criteria.flatMap(({ id, kind }) => (kind === 'example' && !asked.has(id) ? [id] : [])),
  );
  const sure = claims.flatMap(({ how }) => namesOf(how)).map(leafOf);
  const found = await standing(options, [
    ...sure.map((name) => ({ name, isIn: (text: string) => text.includes(name) })),
    ...claims
      .flatMap(({ how }) => perhapsIn(how))
      .map((name) => ({ name, isIn: (text: string) => isDefined(name, text) })),
  ]);
  const lost = claims.flatMap(({ criterion, how, command }) => {
    const names = namesOf(how);
    if (names.length === 0 && command !== undefined) return [];
    if (names.length > 0)
      return names.some((name) => found.has(leafOf(name)))
        ? []
        : [`${criterion} names ${names.slice(0, 3).join(', ')}, which stands in no test`];
    // Without tests nothing can be named; a property has a test of another run, too.
    const mute =
      brief.commands.test !== undefined &&
      examples.has(criterion) &&
      !perhapsIn(how).some((name) => found.has(name));
    return mute ? [`${criterion} names none`] : [];
  });
  if (lost.length === 0) return null;
  return `${unproven}: ${lost.join('; ')}. A criterion is proven by a test of the project's test command that ran and passed, and that its claim calls by its name (in quotes, or as its runner tells it: test_sum, CartTest.sums). Write what is missing, put the names right, and submit again. ${brief.nameless ? `${howToName} ` : ''}What no test can see (a document) is shown by the claim's command. What stands, submit again as it is.`;
}

/** Commands of claims that do not hold here and now: nor would they in a check. */
async function unshown(
  { brief, run, folders, signal }: SubmitWorkOptions,
  claims: readonly Claim[],
): Promise<string | null> {
  for (const { criterion, command } of claims) {
    if (command === undefined) continue;
    const { exitCode, excerpt } = await run({
      ...{
        command,
        timeoutMs: shownMs,
        network: brief.network === 'open' ? 'open' : 'none',
        writable: false,
      },
      ...{ log: join(folders.logs, 'shown.log'), keep: 1000, signal },
    });
    signal.throwIfAborted();
    if (exitCode !== 0)
      return `\`${command}\`, which is to show ${criterion}, exits with ${exitCode ?? 'a signal'} here, where nothing can be written:\n${excerpt}`;
  }
  return null;
}

/** As long as a check gives such a command, in ms. */
const shownMs = 60_000;

/** Which of the names stand in a changed file, or in a test that was there before: it may prove that something stays as it was. */
async function standing(
  { tree, folders: { workspace } }: SubmitWorkOptions,
  wanted: readonly { readonly name: string; readonly isIn: (text: string) => boolean }[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const changed = (await tree.changed()).filter((path) => !isProse(path));
  for (const path of new Set([...changed, ...(await tree.tests())])) {
    if (wanted.every(({ name }) => found.has(name))) break;
    const text = await readFile(join(workspace, path), 'utf8').catch(() => '');
    for (const { name, isIn } of wanted) if (isIn(text)) found.add(name);
  }
  return found;
}

/** Whether a function of this name begins in the text. */
const isDefined = (name: string, text: string): boolean =>
  new RegExp(`\\b(?:fn|def|func|fun|function|void)\\s+${name}\\b`).test(text);

/** What a README quotes is no test. */
const isProse = (path: string) => /\.(?:md|mdx|rst|adoc|txt)$/i.test(path);

/** Names of tests. */
const namesOf = (how: string) => namesIn(how).filter((name) => !isFile(name));

/** A path, or what ends as a file does; `CartTest.sums` does not. */
const isFile = (name: string) =>
  /\/[\w.-]+\.\w+$|\.(json|ya?ml|toml|html|css|xml|snap)$/i.test(name) ||
  languageOf(name) !== undefined ||
  isProse(name);

/** The last part of a test's path, without parameters. */
const leafOf = (name: string) => (name.split(/ > | - |\/|\./).at(-1) ?? name).replace(/\[.*\]$/, '');

/** Beginning of what is said of work that changes nothing. */
const same = 'The files are the same as at the start';

/** Whoever asks in a review may be answered without a change, and what was merged before may stand: that is asked once. */
async function nothingDone({ brief: { run, task }, tree, told }: SubmitWorkOptions): Promise<string | null> {
  // Two branches may be joined as one of them is; whether that is too little the platform knows.
  if (run.role === 'integrator') return null;
  const state = await tree.look();
  if (state.type === 'refused') return state.message;
  if (state.changed) return null;
  if (!task?.asked && !task?.stands) return `${same}: there is nothing to hand in.`;
  if (told(same)) return null;
  return task.stands
    ? `${same}. If your earlier work, which is on the branch, meets what came back as it is, submit again with your claims: it is checked like any work.`
    : `${same}. If nothing has to change, since it is only a question, a remark, or is so already, submit again with your answer to the reviewer in summary: they read it in the pull request.`;
}

async function unresolved({ conflicts, folders: { workspace } }: SubmitWorkOptions): Promise<string | null> {
  const left: string[] = [];
  for (const path of conflicts) {
    const text = await readFile(join(workspace, path), 'utf8').catch(() => '');
    if (/^(?:<{7}|>{7}) /m.test(text)) left.push(path);
  }
  return left.length > 0 ? `There are still conflict markers in ${left.join(', ')}.` : null;
}
