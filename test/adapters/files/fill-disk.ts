/** Run on a disk of 2 MB: fills it with blobs in the folder it is given, and prints what became of each. */
import { openFileBlobs } from '#adapters/files/blobs.ts';

const [, , folder = ''] = process.argv;
const clock = (): string => '2026-11-22T10:00:00.000Z';
const blobs = await openFileBlobs({ folder, clock, baseUrl: 'http://localhost', secret: 's' });

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(100_000);
}

const outcome = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'written',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );

const outcomes = [
  await outcome(blobs.put('small', new Uint8Array(1000))),
  await outcome(blobs.put('large', new Uint8Array(3_000_000))),
  await outcome(blobs.save('streamed', endless(), 1_000_000_000)),
  await outcome(blobs.put('small', new Uint8Array(2000))),
];
const sizes = await Promise.all(['small', 'large', 'streamed'].map((key) => blobs.size(key)));
console.log(JSON.stringify({ outcomes, sizes }));
