/**
 * `npm run bench [-- NAME]`: measures. stdout carries one JSON object a figure and nothing else; progress goes to
 * stderr. A missed goal is a figure (exit 0); a bench that could not measure is an error (exit 1).
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { benches } from './benches.ts';
import type { Bench, Figure } from './figure.ts';
import { Language } from './kill/plan.ts';

const usage = `Usage: npm run bench [-- NAME…] [--points N|all] [--deaths N] [--sample LANGUAGE] [--full]

Runs all benches, or the named ones. Each figure is one line of JSON on stdout:
{"bench","metric","value","unit","goal","against"}; goal and against are null where there is none.

  --points N|all  how many kill points \`kill\` takes of those there are (default 60, spread evenly)
  --deaths N      how many of them lie on one road (default 6; 1 names the culprit when a road came out different)
  --sample NAME   whose road \`kill\` walks: typescript, which is the demo (default), or python
  --full          all stocks and numbers of workers of queue, which takes a quarter of an hour
  --list          the benches, one a line
  --help          this

Benches:
${benches.map(({ name, summary }) => `  ${name.padEnd(14)}  ${summary}`).join('\n')}
`;

const Choice = z.object({
  points: z.union([z.literal('all'), z.coerce.number().int().positive()]),
  deaths: z.coerce.number().int().positive(),
  language: Language,
  full: z.boolean(),
});
type Choice = z.infer<typeof Choice>;

function line({ name }: Bench, { goal, against, ...figure }: Figure): string {
  return `${JSON.stringify({ bench: name, ...figure, goal: goal ?? null, against: against ?? null })}\n`;
}

async function measure(bench: Bench, choice: Choice): Promise<boolean> {
  const began = performance.now();
  const say = (text: string) => void process.stderr.write(`${bench.name}: ${text}\n`);
  try {
    await bench.run({
      ...choice,
      progress: say,
      report: (figure) => void process.stdout.write(line(bench, figure)),
    });
    say(`took ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return true;
  } catch (error) {
    // The other benches say something without this one.
    say(`broken: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      points: { type: 'string', default: '60' },
      deaths: { type: 'string', default: '6' },
      sample: { type: 'string', default: 'typescript' },
      full: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  if (values.list) for (const { name } of benches) process.stdout.write(`${name}\n`);
  if (values.help || values.list) return 0;
  const choice = Choice.safeParse({ ...values, language: values.sample });
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0 || !choice.success) {
    process.stderr.write(unknown.length > 0 ? `There is no bench ${unknown.join(', ')}.\n\n${usage}` : usage);
    return 2;
  }
  const chosen = benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  let whole = true;
  for (const bench of chosen) whole = (await measure(bench, choice.data)) && whole;
  return whole ? 0 : 1;
}

// What a bench has started ends with it: see `exit` in road/omoi.ts.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exitCode = await main();
