/** The ordinary host in this process, with a cassette for a model. */
import { type Host, type HostParts, openHost } from '#local/host.ts';
import { distDir } from '../folder.ts';

export interface HostOptions extends HostParts {
  readonly dataDir: string;
  /** File of the cassette. */
  readonly cassette: string;
  /** Most tasks at work at once; what suits the machine where nothing is said. */
  readonly slots?: number;
}

/** Opens it at any free port; what it has to say goes to stderr. */
export function openBenchHost({ dataDir, cassette, slots, ...parts }: HostOptions): Promise<Host> {
  const config = {
    dataDir,
    port: 0,
    replay: cassette,
    // Nobody listens at port 9: a call that would leave this machine fails.
    anthropic: { baseUrl: 'http://127.0.0.1:9' },
    model: 'claude-sonnet-5-5',
    ...{ tools: [], path: '' },
    distDir,
    ...(slots !== undefined && { slots }),
    person: 'bench',
    version: '0.0.0',
  };
  return openHost(config, log, parts);
}

const log: Parameters<typeof openHost>[1] = (level, message, data) => {
  if (level !== 'info') process.stderr.write(`${level}: ${message} ${JSON.stringify(data ?? {}, shown)}\n`);
};

/** An error has no JSON of its own. */
function shown(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
