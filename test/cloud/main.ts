/** `npm run test:cloud`: the real stacks on an emulator of AWS, and a ticket through all of them. */
import { openInstallation } from './installation.ts';
import { checkEnd, follow, listen, submitSample } from './road.ts';

const began = performance.now();
const say = (what: string) =>
  void process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}\n`);

async function main(): Promise<void> {
  const installation = await openInstallation(say);
  try {
    const { client } = installation;
    const health = await client.call('health', {});
    say(`GET /v1/health answers: model ${health.model.name}, sandboxes ${health.sandbox.kind}`);
    const ears = listen(installation);
    const { id, name } = await submitSample(installation, 'acme/tariff');
    say(`${name} is submitted`);
    const ticket = await follow(installation, id);
    await checkEnd(installation, 'acme/tariff', ticket);
    say(
      `${name} is ${ticket.status}: pull request ${ticket.pullRequest?.number}; ${ears.heard.length} live updates`,
    );
    ears.close();
  } catch (error) {
    process.stderr.write(`${await installation.emulator.said()}\n`);
    throw error;
  } finally {
    await installation.close();
  }
}

await main();
