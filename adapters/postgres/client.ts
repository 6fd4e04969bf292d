/** What a query needs: a statement with parameters and its rows. */
export interface Sql {
  /**
   * Runs one statement; without parameters the text may hold several, and the rows are those of the last.
   * Instants come as ISO strings, bigint as number, JSON parsed. A NUL in a text parameter becomes U+FFFD: Postgres
   * cannot hold it, and agents and commands do write it.
   */
  query(text: string, params?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** A database of one session or a pool of them. A transaction commits when its function returns, and rolls back when it throws. */
export interface Database extends Sql {
  transaction<T>(fn: (tx: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
