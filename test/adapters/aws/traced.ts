/** A function as Lambda runs it, in a process of its own: X-Ray's SDK looks at the environment when it is loaded. */
import { traced } from '#adapters/aws/tracing.ts';

const handler = traced('steps', async ({ fails }: { readonly fails?: boolean; readonly step: string }) => {
  if (fails) throw new TypeError('the step failed');
  return 'done';
});

const input = { step: 'run.start', ticketId: 'ticket_1', runId: 'run_1', token: 'not-a-secret' };
process.stdout.write(`${await handler(input)}\n`);
await handler({ ...input, fails: true }).catch((error: Error) => {
  process.stdout.write(`${error.name}\n`);
});
// The daemon is told by datagrams, which are sent in the next turns.
await new Promise((resolve) => setTimeout(resolve, 200));
