/** `npm run test:cloud`: the real stacks on an emulator of AWS, and tickets through all of them. */
import type { TicketView } from '#core/api/views.ts';
import { compare, failuresOf, shown } from './conformance.ts';
import { openFaults } from './faults.ts';
import { NoGround } from './ground.ts';
import { type Installation, openInstallation } from './installation.ts';
import { table } from './limits.ts';
import { checkEnd, checkHeard, follow, listen, submitSample } from './road.ts';
import { checkWebhooks } from './webhooks.ts';

const began = performance.now();
const say = (what: string) =>
  void process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}\n`);

// Nothing stays behind when somebody has seen enough.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

interface Delivered {
  readonly repo: string;
  readonly ticket: TicketView;
}

/** A ticket through everything, undisturbed. */
async function straight(installation: Installation): Promise<Delivered> {
  const ears = listen(installation);
  const { id, name } = await submitSample(installation, 'acme/tariff');
  say(`${name} is submitted`);
  const ticket = await follow(installation, id);
  await checkEnd(installation, 'acme/tariff', ticket);
  say(`${name} is ${ticket.status}: 6 criteria proven, 3 tasks done, one pull request`);
  say(await checkHeard(installation, ears.heard, id));
  ears.close();
  return { repo: 'acme/tariff', ticket };
}

/** The same with faults: the same end state. */
async function disturbed(installation: Installation): Promise<Delivered> {
  const ears = listen(installation);
  const faults = await openFaults(installation);
  try {
    const { id, name } = await submitSample(installation, 'acme/tariff-again');
    say(`${name} is submitted, with faults`);
    setTimeout(ears.lose, 20_000).unref();
    const ticket = await follow(installation, id);
    await checkEnd(installation, 'acme/tariff-again', ticket);
    const { doubled, throttled, killed } = faults.done;
    const timedOut = await failuresOf(installation, id, 'Sandbox.Timedout');
    if (timedOut === 0) throw new Error('No Lambda timed out: the fault was not there.');
    say(`${name} is ${ticket.status}, the same as without faults:`);
    say(`  ${doubled} deliveries doubled and out of order, ${throttled} calls of RunTask throttled,`);
    say(`  ${killed} Fargate task died, ${timedOut} Lambda timed out after its commit`);
    say(`  the WebSocket lost: ${await checkHeard(installation, ears.heard, id)}`);
    return { repo: 'acme/tariff-again', ticket };
  } finally {
    ears.close();
    await faults.close();
  }
}

/** Both interpreters, on what the tickets went through. */
async function conformance(installation: Installation): Promise<void> {
  const lines = await compare(installation);
  process.stdout.write(`\n${shown(lines)}\n\n`);
  if (lines.some(({ same }) => !same)) throw new Error('The two interpreters differ.');
  say('Step Functions and local/states went through the same states');
}

async function main(): Promise<void> {
  const installation = await openInstallation(say);
  try {
    const health = await installation.client.call('health', {});
    say(`GET /v1/health answers: model ${health.model.name}, sandboxes ${health.sandbox.kind}`);
    const merged = await straight(installation);
    const reworked = await disturbed(installation);
    await conformance(installation);
    for (const heard of await checkWebhooks(installation, merged, reworked)) say(heard);
  } catch (error) {
    process.stderr.write(`${await installation.emulator.said()}\n`);
    throw error;
  } finally {
    await installation.close();
  }
  process.stdout.write(`\n${table()}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof NoGround)) throw error;
  process.stderr.write(`test:cloud was NOT run. ${error.message}\n`);
  process.exitCode = 2;
}
