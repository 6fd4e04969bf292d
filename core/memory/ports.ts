/** Turns a text into a vector whose nearness to another means likeness. A vector names its model: those of two models are never compared. */
export interface Embedder {
  readonly model: string;
  /** 384 numbers of length 1 together; the same text always gives the same. */
  embed(text: string): Promise<readonly number[]>;
}
