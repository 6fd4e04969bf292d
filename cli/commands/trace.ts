/** `omoi trace`: from a requirement to its lines and checks, and from a commit or file to what it is for. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { TraceView, UnaskedView } from '#core/api/views.ts';
import { runInWords } from '#core/verify/properties/independent.ts';
import { BadUsage, exitCode } from '../exit.ts';
import { given, readOptions, TextFlag } from '../options.ts';
import { clean } from '../progress/text.ts';
import { type Context, command, urlOption } from './context.ts';
import { clientOf } from './tickets.ts';

const Flags = z.object({ url: TextFlag.optional(), json: z.boolean().default(false) });

export function traceCommand({ world, done }: Context): Command {
  return command('trace', 'Show which lines and checks meet a requirement, or what a commit is for', [
    'omoi trace TKT-1',
    'omoi trace TKT-1 REQ-2.1',
    'omoi trace TKT-1 3fa9c2d1',
    'omoi trace TKT-1 src/cart.ts',
  ])
    .argument('<ticket>', 'a ticket')
    .argument('[of]', 'a requirement, criterion, task, file or commit (seven digits or more)')
    .option('--json', 'the rows as JSON: of each criterion, then of tasks by which none is met')
    .addOption(urlOption())
    .action(async (ticket: string, of: string | undefined, raw: unknown) => {
      const flags = readOptions(Flags, raw);
      const { items, others } = await clientOf(world, flags).call('getTrace', {
        params: { ticket },
        query: given({ of }),
      });
      const none = items.length + others.length === 0;
      const lines = [...items.flatMap(linesOf), ...others.flatMap(othersOf)];
      if (flags.json) world.out.write(`${JSON.stringify([...items, ...others])}\n`);
      else if (!none) world.out.write(`${lines.join('\n')}\n`);
      else if (of === undefined) world.out.write('Nothing.\n');
      if (of !== undefined && none)
        throw new BadUsage(
          `Nothing concerns ${clean(of)}: ${ticket} has no such requirement, criterion, task, file or commit.`,
        );
      done(exitCode.ok);
    });
}

function linesOf(row: TraceView): string[] {
  const { criterion, state, task, commit, lines, earlier, tests, independent, checks } = row;
  const commands = [...new Set(checks.map(({ command }) => clean(command)))];
  return [
    `${criterion.id}  ${state}  ${clean(criterion.text)}`,
    ...(task
      ? [`  ${task.key} ${clean(task.title)}${commit === null ? '' : `, ${commit.slice(0, 8)}`}`]
      : []),
    ...filesOf(lines),
    ...earlier.flatMap((work) => [`    earlier ${work.commit.slice(0, 8)}`, ...filesOf(work.lines)]),
    ...tests.map(({ name, outcome }) => `    test ${clean(name)} ${outcome}`),
    ...propertiesOf(independent),
    ...commands.map((line) => `    $ ${line}`),
  ];
}

function othersOf({ task, why, works }: UnaskedView): string[] {
  return [
    `${task.key}  ${clean(task.title)}. No criterion is met by it. ${clean(why)}`,
    ...works.flatMap(({ commit, lines }) => [`  ${commit.slice(0, 8)}`, ...filesOf(lines)]),
  ];
}

const filesOf = (lines: TraceView['lines']): string[] =>
  lines.map(({ path, ranges }) => `    ${clean(path)}${placesOf(ranges)}`);

function propertiesOf(independent: TraceView['independent']): string[] {
  if (independent === null) return [];
  const { missing, runs, aside } = independent;
  if (missing !== null) return [`    no independent test: ${clean(missing)}`];
  return [
    ...runs.map((run) => `    property ${clean(runInWords(run))}`),
    ...(aside === undefined ? [] : [`    beside the commit, without its author's tests: ${clean(aside)}`]),
  ];
}

function placesOf(ranges: readonly (readonly [number, number])[]): string {
  if (ranges.length === 0) return '';
  return `:${ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',')}`;
}
