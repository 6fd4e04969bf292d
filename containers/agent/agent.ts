/** The agent's road: checkout, setup, loop; and what the gateway is told at the end. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { StepBody } from '#core/run/step.ts';
import { DocumentPhase, kindOfPhase } from '#core/ticket/ticket.ts';
import { ignoredAs } from '#core/verify/leaves.ts';
import { type Checkout, checkOut } from './checkout/checkout.ts';
import { restoreSetup, setupDigest } from './checkout/setup.ts';
import { createWorkTree, idleTree, type WorkTree } from './checkout/work.ts';
import { handOver } from './folders.ts';
import type { Host } from './host.ts';
import { toolUses } from './loop/blocks.ts';
import { contextStep, minutesBefore, turnsOf } from './loop/history.ts';
import { createJournal, type Journal } from './loop/journal.ts';
import { type AskModel, runLoop } from './loop/loop.ts';
import type { Outcome } from './loop/outcome.ts';
import { findConventions } from './prompts/conventions.ts';
import { openingMessage, systemPrompt } from './prompts/prompt.ts';
import { Stopped } from './pulse.ts';
import { bashTool } from './tools/bash.ts';
import { submitDiagnosisTool } from './tools/diagnosis.ts';
import { discoverTool } from './tools/discover.ts';
import { documentTools } from './tools/documents.ts';
import { fileTools, markSeen } from './tools/files.ts';
import { answerMark, askTool, noteTools } from './tools/notes.ts';
import { searchTool } from './tools/search.ts';
import { submitWorkTool } from './tools/submit.ts';
import { mayWrite, setsUp, toolsFor } from './tools/table.ts';
import { cannotTestTool, submitTestsTool } from './tools/tests.ts';
import type { Tool } from './tools/tool.ts';

/** Works until an outcome, and tells the gateway. Throws what the gateway and git throw. */
export async function runAgent(host: Host, loadModel: () => Promise<AskModel>): Promise<Outcome> {
  const { brief, gateway, pulse } = host;
  const started = performance.now();
  // While git fills the workspace.
  const loading = loadModel();
  const journal = createJournal(gateway, brief.journal, pulse.steering);
  const checkout = await checkOut(host);
  const writes = mayWrite(brief.run.role);
  await host.repository.ignore(ignoredAs(brief.leaves, brief.task?.writes ?? []));
  await handOver(host.folders, host.owner);
  const conflicts = checkout.merge?.conflicts ?? [];
  const setup = setsUp(brief.run.role) === 'before' ? await prepare(host, checkout.tree) : null;
  // A manifest with conflict markers cannot be read; whoever resolves them runs the setup then.
  if (setup?.failed && conflicts.length === 0)
    return report(host, { type: 'failed', reason: 'setup-failed', message: setup.text });
  const tree = writes ? workTree(host, checkout) : idleTree;
  const said = setup?.failed ? `${setup.text}\n\n${unready}` : (setup?.text ?? null);
  await begin(host, journal, conflicts, said);
  const tools = await toolbox(host, journal, checkout, tree, conflicts);
  const before = minutesBefore(brief.journal);
  const model = await loading;
  try {
    const outcome = await runLoop({
      brief,
      system: systemPrompt(brief.run.role),
      tools,
      journal,
      model: (call, body, signal) => {
        pulse.doing('thinking', call);
        return model(call, body, signal);
      },
      tree,
      minutes: () => before + (performance.now() - started) / 60_000,
      signal: pulse.signal,
    });
    return await report(host, outcome);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    if (error.why === 'cancelled') return { type: 'cancelled' };
    // Newer than the last answer: what its calls have done so far is in it.
    await tree.checkpoint(journal.last() + 1);
    await gateway.hold();
    return { type: 'held', reason: 'paused' };
  }
}

async function report({ gateway }: Host, outcome: Outcome): Promise<Outcome> {
  if (outcome.type === 'failed') await gateway.end(outcome.reason, outcome.message);
  return outcome;
}

/** The opening message, once; later attempts only note that they go on. */
async function begin(
  host: Host,
  journal: Journal,
  conflicts: readonly string[],
  setup: string | null,
): Promise<void> {
  const { brief, repository } = host;
  if (journal.bodies.some(({ kind }) => kind === 'context')) return;
  if (brief.replayed) await journal.note('A replayed model is in use: its words come from a cassette.');
  const conventions = await findConventions(repository, brief.source.commit);
  const { shared, own } = openingMessage(brief, { conventions, conflicts, setup });
  await journal.post(contextStep(shared, own));
}

function workTree({ brief, repository, gateway, folders }: Host, { base, tree }: Checkout): WorkTree {
  return createWorkTree(repository, gateway, folders, brief.source.commit, base, tree);
}

const setUp = 'Setup is done.';
/** Said where the setup met conflict markers. */
const unready = 'Once the conflict markers are resolved, run it yourself: nothing is set up yet.';

/** Setup from the cache, or by running it. A failure is told to the agent only as the end of its run. */
async function prepare(host: Host, tree: string): Promise<{ failed: boolean; text: string } | null> {
  const { brief, gateway, folders, repository, run, pulse } = host;
  const command = brief.commands.setup;
  if (command === undefined) return null;
  pulse.doing('setting up');
  const digest = await setupDigest(repository, tree, command);
  if (await restoreSetup(gateway, folders, digest)) {
    await repository.disregard(tree);
    await handOver(folders, host.owner);
    return { failed: false, text: setUp };
  }
  const once = () =>
    run({
      command,
      timeoutMs: brief.limits.checkSeconds * 1000,
      network: brief.network,
      writable: true,
      log: join(folders.logs, 'setup.log'),
      keep: 4000,
      signal: pulse.signal,
    });
  let end = await once();
  // It asks registries, which do not always answer.
  if (end.exitCode !== 0 && !end.timedOut && brief.network !== 'none' && !pulse.signal.aborted)
    end = await once();
  pulse.signal.throwIfAborted();
  await repository.disregard(tree);
  if (end.exitCode === 0) return { failed: false, text: setUp };
  const how = end.timedOut
    ? `was stopped after ${brief.limits.checkSeconds} s`
    : `exited with code ${end.exitCode}`;
  return { failed: true, text: `Setup \`${command}\` ${how}.\n\n${end.excerpt}` };
}

/** All tools of the role. */
async function toolbox(
  host: Host,
  journal: Journal,
  checkout: Checkout,
  tree: WorkTree,
  conflicts: readonly string[],
): Promise<Tool[]> {
  const { brief, gateway, folders, pulse, log, path } = host;
  const { workspace } = folders;
  const seen = new Map<string, string>();
  await markSeen(workspace, pathsSeen(journal.bodies), seen);
  const phase = DocumentPhase.safeParse(brief.run.phase);
  return toolsFor(brief.run.role, [
    ...fileTools(workspace, seen, host.owner),
    searchTool(workspace, path),
    bashTool({
      folders,
      run: host.run,
      gateway,
      network: brief.network,
      writable: mayWrite(brief.run.role),
      prepare:
        setsUp(brief.run.role) === 'at the first command' && brief.commands.setup !== undefined
          ? async () => {
              const setup = await prepare(host, checkout.tree);
              return setup?.failed ? setup.text : null;
            }
          : null,
      maxSeconds: brief.limits.commandSeconds,
      shownTemporary: host.shownTemporary,
      signal: pulse.signal,
      log,
    }),
    askTool({
      gateway,
      save: async () => {
        await tree.checkpoint(journal.last());
      },
      answers: brief.answers,
      answered: () => answered(journal.bodies),
    }),
    ...noteTools(gateway),
    discoverTool({
      gateway,
      save: async () => {
        await tree.checkpoint(journal.last());
      },
      working: brief.task !== null,
      conflicts,
    }),
    ...(phase.success
      ? documentTools({
          ...{ gateway, workspace, kind: kindOfPhase[phase.data], journal: journal.bodies },
          previous: brief.previous?.body ?? null,
        })
      : []),
    submitDiagnosisTool(gateway),
    submitWorkTool({
      ...{ brief, gateway, tree, folders, conflicts, run: host.run, signal: pulse.signal },
      told: (beginning) =>
        resultsOf(journal.bodies).some(({ content }) =>
          `\n\n${String(content)}`.includes(`\n\n${beginning}`),
        ),
    }),
    ...[submitTestsTool, cannotTestTool].map((tool) =>
      tool({ brief, gateway, tree, folders, run: host.run, signal: pulse.signal }),
    ),
  ]);
}

/** Files that the model has read or written so far, as far as it still remembers them. */
function pathsSeen(bodies: readonly StepBody[]): Set<string> {
  const calls = turnsOf(bodies).flatMap((turn) => turn.calls.filter(({ isError }) => !isError));
  return new Set(
    calls.flatMap(({ use }) => {
      const path = ['read', 'edit', 'write'].includes(use.name) && pathOf(use.input);
      return path ? [path] : [];
    }),
  );
}

function pathOf(input: unknown): string | null {
  return typeof input === 'object' && input !== null && 'path' in input && typeof input.path === 'string'
    ? input.path
    : null;
}

/** What was said to the model, results of its calls among it. */
const resultsOf = (bodies: readonly StepBody[]) =>
  bodies.flatMap((body) => (body.kind === 'user' ? body.content : []));

/** How many questions of the run have their answer in the journal. */
function answered(bodies: readonly StepBody[]): number {
  const asked = new Set(
    bodies
      .flatMap((body) => (body.kind === 'assistant' ? toolUses(body.content) : []))
      .flatMap(({ id, name }) => (name === 'ask' ? [id] : [])),
  );
  return resultsOf(bodies).filter(
    (block) =>
      typeof block.tool_use_id === 'string' &&
      asked.has(block.tool_use_id) &&
      String(block.content).startsWith(answerMark),
  ).length;
}
