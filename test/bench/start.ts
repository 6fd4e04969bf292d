/** How long a host takes to its first served request, and how much memory it holds after the demo. */
import { join } from 'node:path';
import { materialiseSample, sampleCassette, sampleTicket } from '#local/sample/materialise.ts';
import { type Bench, type Desk, median, rounded } from './figure.ts';
import { built, distDir, inFolder } from './folder.ts';
import { drive } from './road/drive.ts';
import { type Running, startBareServer, startOmoi } from './road/omoi.ts';
import { residentMegabytes } from './road/processes.ts';

/** Odd, so that the median is one of them. */
const times = 5;

export const start: Bench = {
  name: 'start',
  summary: 'process start to first served request, and memory of the host after the demo',
  async run(desk) {
    await built();
    await starts(desk);
    await memory(desk);
  },
};

async function starts(desk: Desk): Promise<void> {
  const first: number[] = [];
  const again: number[] = [];
  const bare: number[] = [];
  for (let time = 1; time <= times; time += 1) {
    bare.push(await once(startBareServer));
    await inFolder(async (folder) => {
      first.push(await once(() => startOmoi(join(folder, 'data'))));
      again.push(await once(() => startOmoi(join(folder, 'data'))));
    });
    desk.progress(`${time} of ${times}: ${first.at(-1)} s, then ${again.at(-1)} s`);
  }
  const against = { what: "a bare Node's HTTP server", value: median(bare) };
  desk.report({ metric: 'first start, median of 5', value: median(first), unit: 's', goal: '<= 3', against });
  desk.report({ metric: 'again, median of 5', value: median(again), unit: 's', goal: '<= 1.5', against });
}

/** Seconds. */
async function once(open: () => Promise<Running>): Promise<number> {
  const running = await open();
  await running.stop();
  return rounded(running.servedMs / 1000);
}

async function memory(desk: Desk): Promise<void> {
  const bare = await startBareServer();
  const least = await residentMegabytes(bare.pid);
  await bare.stop();
  const megabytes = await inFolder(async (folder) => {
    const repo = join(folder, 'shelf');
    await materialiseSample(repo, distDir);
    const host = await startOmoi(join(folder, 'data'), ['--replay', sampleCassette]);
    try {
      const ticket = await drive(host.url, { repo, ...(await sampleTicket()) });
      if (ticket?.status !== 'completed')
        throw new Error(`The demo ended as ${ticket?.status}: ${ticket?.reason}`);
      return await residentMegabytes(host.pid);
    } finally {
      await host.stop();
    }
  });
  const against = { what: "a bare Node's HTTP server", value: rounded(least, 0) };
  desk.report({
    metric: 'resident memory after the demo',
    value: rounded(megabytes, 0),
    unit: 'MB',
    goal: '<= 600',
    against,
  });
}
