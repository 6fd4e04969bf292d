/**
 * A session with PGlite by Postgres's own protocol, with statements that stay prepared. PGlite's `query` parses, plans and
 * describes each text anew and goes into WebAssembly five times for it; this goes in once, which is some six times cheaper.
 * The messages: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
import { Mutex, type PGlite, parse, protocol } from '@electric-sql/pglite';
import { storable } from '#adapters/postgres/wire-types.ts';

const { serialize } = protocol;

/** What PGlite answers; the rest of a message is read by its own `parse`. */
type Messages = Parameters<typeof parse.parseResults>[0];

type Rows = Record<string, unknown>[];

/** A statement that the server has kept, and what it said of it. */
interface Prepared {
  readonly name: string;
  readonly parameterTypes: readonly number[];
  /** The description of its rows; none for a statement that returns nothing. */
  readonly described: Messages;
}

/** The product has some two hundred; a text that is put together anew each time must not fill the server's memory. */
const mostPrepared = 500;

/** After these a kept statement may answer with other columns than it was described with. */
const changesSchema = /\b(?:alter|create|drop)\b/i;

/** One session. Calls at once, as a transaction may make them, come one after the other. */
export class Session {
  readonly #pglite: PGlite;
  readonly #turn = new Mutex();
  readonly #prepared = new Map<string, Prepared>();
  #names = 0;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  /** Runs any number of statements without parameters; the rows of the last. */
  exec(text: string): Promise<Rows> {
    return this.#turn.runExclusive(() => this.#exec(text));
  }

  /** Runs one statement with its parameters. */
  query(text: string, params: readonly unknown[]): Promise<Rows> {
    return this.#turn.runExclusive(() => this.#query(text, params));
  }

  async #exec(text: string): Promise<Rows> {
    if (changesSchema.test(text)) await this.#forget();
    const messages = await this.#exchange(serialize.query(text));
    return (parse.parseResults(messages, this.#pglite.parsers).at(-1)?.rows as Rows) ?? [];
  }

  async #query(text: string, params: readonly unknown[]): Promise<Rows> {
    const { name, parameterTypes, described } = this.#prepared.get(text) ?? (await this.#prepare(text));
    const values = storable(params).map((value, index) =>
      this.#serialized(value, parameterTypes[index] ?? 0),
    );
    const messages = await this.#exchange(
      serialize.bind({ statement: name, values }),
      serialize.execute(),
      serialize.sync(),
    );
    return (parse.parseResults([...described, ...messages], this.#pglite.parsers)[0]?.rows as Rows) ?? [];
  }

  async #prepare(text: string): Promise<Prepared> {
    if (this.#prepared.size >= mostPrepared) await this.#forget();
    this.#names += 1;
    const name = `s${this.#names}`;
    const messages = await this.#exchange(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const prepared = {
      name,
      parameterTypes: parse.parseDescribeStatementResults(messages),
      described: messages.filter((message) => message.name === 'rowDescription'),
    };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  async #forget(): Promise<void> {
    const closing = [...this.#prepared.values()].map(({ name }) => serialize.close({ type: 'S', name }));
    this.#prepared.clear();
    if (closing.length > 0) await this.#exchange(...closing, serialize.sync());
  }

  #serialized(value: unknown, type: number): string | null {
    if (value === null || value === undefined) return null;
    const serializer = this.#pglite.serializers[type];
    if (!serializer && Array.isArray(value))
      throw new TypeError(`Arrays of type ${type} are not known here.`);
    return serializer ? serializer(value) : String(value);
  }

  /** Throws the server's error. A sync among the messages, or a simple query, ends the failed exchange by itself. */
  async #exchange(...messages: readonly Uint8Array[]): Promise<Messages> {
    return await this.#pglite.execProtocolStream(Buffer.concat(messages), { syncToFs: false });
  }
}
