/** One value of a configuration file. */
export interface Setting {
  /** Keys from the outside in, joined by dots; an element of a list has the key of its list and `[]`. */
  readonly path: string;
  /** Without quotes. */
  readonly value: string;
  readonly line: number;
}
