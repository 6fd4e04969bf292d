/**
 * submit_tests: how a verifier hands in property tests. They are tried once before they are taken; whether they pass is
 * no matter. cannot_test: how it ends where the work does not even build.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { RunBrief } from '#core/run/protocol.ts';
import { exitInWords } from '#core/verify/exit-code.ts';
import { NamedProperty, type PropertyTests, untold } from '#core/verify/properties/independent.ts';
import { askedFor, propertiesOf } from '#core/verify/properties/properties.ts';
import { minCases, PropertySeed } from '#core/verify/properties/run.ts';
import { isTestPath } from '#core/verify/tamper/path.ts';
import type { WorkTree } from '../checkout/work.ts';
import type { RunCommand } from '../commands/run.ts';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import { readEnd } from '../proof/log.ts';
import { testEnvironment } from '../proof/measure.ts';
import { defineTool, refused, type Tool } from './tool.ts';

/** Of an output that does not tell what it should, so much is shown at each end. */
const keptBytes = 2000;
/** More files than anybody writes for one task. */
const maxFiles = 20;

export interface SubmitTestsOptions {
  readonly brief: RunBrief;
  readonly gateway: Gateway;
  readonly tree: WorkTree;
  readonly folders: Folders;
  readonly run: RunCommand;
  readonly signal: AbortSignal;
}

export function submitTestsTool(options: SubmitTestsOptions): Tool {
  const { brief, gateway, tree } = options;
  return defineTool({
    name: 'submit_tests',
    changes: 'nothing',
    description: `Hands in the property tests: the new test files. The platform runs the command once, to see that it tells of each by its name: passed (a property on at least ${minCases} cases, an example on one), or refuted by a counterexample. Both are welcome.`,
    input: z.strictObject({
      summary: z.string().min(1).max(2000).describe('What the properties say, as for a reviewer'),
      command: z
        .string()
        .min(1)
        .max(1000)
        .describe('Runs these tests alone, from the root of the repository'),
      properties: z
        .array(NamedProperty.omit({ least: true }).strict())
        .min(1)
        .max(50)
        .describe(
          'Each property and each test of an example by the name that the output gives it, and the criterion that it could refute',
        ),
      seeds: z
        .array(PropertySeed)
        .max(4)
        .optional()
        .describe(
          'Up to four PROPERTY_SEEDs that refute a property with 200 cases; every check tries these too',
        ),
    }),
    run: async ({ summary, command, properties: told, seeds = [] }) => {
      const files = await tree.changed();
      const properties = told.map((one) => (isExample(brief, one) ? { ...one, least: 1 } : one));
      const wrong = (await filesWrong(tree, files)) ?? criteriaWrong(brief, properties);
      if (wrong !== null) return refused(wrong);
      const tried = await trial(options, command, properties);
      if ('wrong' in tried) return refused(tried.wrong);
      const { tip, bundle } = await tree.handInOnly(
        `Property tests of ${brief.task?.key ?? 'a task'}`,
        files,
      );
      const refuting = [...new Set([...seeds, ...tried.seeds])];
      const known = { tip, bundle, summary, files, command, properties };
      await gateway.tests({ ...known, refuted: [...tried.refuted], seeds: refuting });
      return { outcome: { type: 'submitted' } };
    },
  });
}

/** Ends the run without tests. That the work does not build is seen here, not believed. */
export function cannotTestTool(options: SubmitTestsOptions): Tool {
  return defineTool({
    name: 'cannot_test',
    changes: 'nothing',
    description:
      'Only where no test could run, whatever it says: the work does not compile, or cannot be loaded. Ends your run without tests; its author hears of it from the platform’s own check.',
    input: z.strictObject({
      why: z.string().min(1).max(1000).describe('In a sentence or two, with the place'),
      command: z
        .string()
        .min(1)
        .max(1000)
        .describe('Shows it by failing, without your tests: cargo build, npx tsc, python -c "import x"'),
    }),
    run: async ({ why, command }) => {
      const end = await tryOut(options, command);
      if (end.exitCode === 0) return refused(`\`${command}\` exits with 0: it shows nothing.`);
      return { outcome: { type: 'failed', reason: 'untestable', message: `${why} (\`${command}\` fails)` } };
    },
  });
}

async function filesWrong(tree: WorkTree, files: readonly string[]): Promise<string | null> {
  const state = await tree.look();
  if (state.type === 'refused') return state.message;
  if (files.length === 0 || files.length > maxFiles)
    return `Hand in one to ${maxFiles} new test files; there are ${files.length}.`;
  const edited = await tree.edited();
  if (edited.length > 0) return `You may add files, and change none: put ${edited.join(', ')} back.`;
  const stray = files.filter((path) => !isTestPath(path));
  return stray.length > 0 ? `${stray.join(', ')} does not look like a test by its folder or name.` : null;
}

function criteriaWrong({ task }: RunBrief, properties: readonly NamedProperty[]): string | null {
  const criteria = task?.criteria ?? [];
  const given = new Set(properties.map(({ criterion }) => criterion));
  // An example that contradicts its requirement gets no test.
  const missing = criteria
    .filter(({ id, kind }) => kind === 'property' && !given.has(id))
    .map(({ id }) => id);
  const unknown = [...given].filter((one) => !criteria.some(({ id }) => id === one));
  if (missing.length > 0) return `No property for ${missing.join(', ')}.`;
  return unknown.length > 0 ? `${unknown.join(', ')} is no criterion of this task.` : null;
}

const isExample = ({ task }: RunBrief, { criterion }: NamedProperty): boolean =>
  task?.criteria.find(({ id }) => id === criterion)?.kind === 'example';

/** Runs the command as a check will: what is wrong with it, or its seed where that refutes something. */
async function trial(
  options: SubmitTestsOptions,
  command: string,
  properties: readonly NamedProperty[],
): Promise<{ readonly wrong: string } | Pick<PropertyTests, 'seeds' | 'refuted'>> {
  const { brief } = options;
  const asked = askedFor(brief.source.commit);
  const end = await tryOut(options, command);
  if (end.timedOut) return { wrong: `\`${command}\` takes longer than ${brief.limits.commandSeconds} s.` };
  const runs = propertiesOf(await readEnd(end.log.path, end.log.bytes), asked);
  const wrong = untold(properties, runs);
  if (wrong !== null) return { wrong: `${wrong} \`${command}\` ${exited(end.exitCode)}:\n\n${end.excerpt}` };
  const refuted = runs.flatMap(({ name, counterexample }) =>
    counterexample === null ? [] : [{ name, counterexample }],
  );
  return { seeds: refuted.length > 0 ? [asked.seed] : [], refuted: refuted.slice(0, 50) };
}

/** A work that crashes takes the test with it: that is a refutation, which only another process lives to tell. */
function exited(code: number | null): string {
  const words = `exited with ${code === null ? 'a signal' : exitInWords(code)}`;
  const crashed = code !== null && code > 128;
  return crashed
    ? `${words}, which ends the test as well: run what may crash in a process of its own, and tell the input as the counterexample`
    : words;
}

async function tryOut({ brief, folders, run, signal }: SubmitTestsOptions, command: string) {
  const end = await run({
    command,
    timeoutMs: brief.limits.commandSeconds * 1000,
    network: brief.network === 'open' ? 'open' : 'none',
    writable: true,
    log: join(folders.logs, 'trial.log'),
    keep: keptBytes,
    signal,
    env: testEnvironment(askedFor(brief.source.commit)),
  });
  signal.throwIfAborted();
  return end;
}
