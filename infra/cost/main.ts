/** `npm run cost`: what the synthesized stacks cost idle, and what a ticket costs. Takes the context as `-c name=value`. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { deploy } from '../deployment.ts';
import { readSettings } from '../stages.ts';
import { idleCost, total } from './idle.ts';
import { prices, unverified } from './prices.ts';
import { type Size, ticketCost } from './ticket.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

const { values } = parseArgs({
  options: { context: { type: 'string', short: 'c', multiple: true, default: [] } },
});
const context = Object.fromEntries(
  values.context.map((pair) => [pair.replace(/=.*$/s, ''), pair.replace(/^[^=]*=/, '')]),
);

const usd = (amount: number) => amount.toFixed(2).padStart(7);
const print = (line = '') => process.stdout.write(`${line}\n`);

const rows = idleCost(synthesized());
print(`Idle, USD a month (${prices.region}, prices of ${prices.asOf}):`);
for (const { what, how, usd: amount } of rows) print(`${usd(amount)}  ${what.padEnd(38)} ${how}`);
print(`${usd(total(rows))}  in all`);
print(`Not verified on any page: ${unverified().join(', ') || 'none'}.`);
print();
print('One ticket, USD (Fargate on demand; Spot costs up to 70 % less):');
print('size    sandboxes database functions messages     AWS   model (p50 of the prior)');
for (const size of ['direct', 'short', 'full'] satisfies Size[]) {
  const { sandboxes, database, functions, messages, model } = ticketCost(size);
  const aws = sandboxes + database + functions + messages;
  print(`${size.padEnd(8)} ${[sandboxes, database, functions, messages, aws, model].map(usd).join('  ')}`);
}

/** The bundles need not be built for it: an empty folder costs the same. */
function synthesized() {
  const folder = mkdtempSync(join(tmpdir(), 'omoi-cost-'));
  try {
    const names = readdirSync(join(root, 'functions'));
    for (const name of [...names, 'web']) mkdirSync(join(folder, 'built', name), { recursive: true });
    const app = new App({ outdir: join(folder, 'out'), analyticsReporting: false });
    const files = existsSync(`${root}/dist/web`) ? `${root}/dist/web` : join(folder, 'built/web');
    deploy(app, readSettings(context), { root, bundles: join(folder, 'built'), files, version: '0' });
    const { stacks } = app.synth();
    return stacks.flatMap(({ template }) => Object.values(Template.parse(template).Resources));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
