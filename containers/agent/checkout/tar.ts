/** Packs and unpacks folders with the system's `tar`; names go over standard input, so that no name is an option. */
import { spawn } from 'node:child_process';

/** `tar` failed; its words are the message. */
export class TarFailed extends Error {
  override readonly name = 'TarFailed';
}

/** Packs these paths of `folder`, links as links. */
export function pack(paths: readonly string[], folder: string, into: string): Promise<void> {
  return tar(
    ['--create', '--file', into, '--directory', folder, '--null', '--files-from', '-'],
    paths.join('\0'),
  );
}

/** Unpacks into `folder`, over what is there. */
export function unpack(file: string, folder: string): Promise<void> {
  return tar(['--extract', '--file', file, '--directory', folder, '--no-same-owner'], '');
}

function tar(args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2000);
    });
    // tar may end before it has read every name; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (cause) => reject(new TarFailed(cause.message, { cause })));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new TarFailed(complaint.trim()))));
  });
}
