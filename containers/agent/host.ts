/** What every road of the harness is given: the gateway, the folders, git, and a way to run commands. */
import type { RunBrief } from '#core/run/protocol.ts';
import type { Repository } from './checkout/repository.ts';
import type { Registries } from './commands/registries.ts';
import type { RunCommand } from './commands/run.ts';
import type { Folders, Owner } from './folders.ts';
import type { Gateway } from './gateway.ts';
import type { Pulse } from './pulse.ts';

export interface Host {
  readonly brief: RunBrief;
  readonly gateway: Gateway;
  readonly folders: Folders;
  readonly repository: Repository;
  readonly run: RunCommand;
  readonly pulse: Pulse;
  /** Whose the files must be so that commands can change them; null where it is the harness's own user. */
  readonly owner: Owner | null;
  /** Null unless the network policy is `registries` and can be kept. */
  readonly registries: Registries | null;
  /** `PATH` of the harness, for the programs that it runs itself. */
  readonly path: string;
  /** What a command calls its temporary folder. */
  readonly shownTemporary: string;
  /** When the harness began, in milliseconds: files of an earlier date were there before. */
  readonly started: number;
  /** What keeps commands apart, in a word. */
  readonly walls: string;
  readonly log: (line: string) => void;
}
