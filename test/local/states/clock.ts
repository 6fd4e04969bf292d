import type { Clock } from '#local/states/timers.ts';

/** A clock that stands still until it is told to go. */
export class HandClock implements Clock {
  #now = Date.parse('2026-03-01T10:00:00.000Z');
  #calls: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const entry = { at: this.#now + milliseconds, call };
    this.#calls.push(entry);
    return () => {
      this.#calls = this.#calls.filter((one) => one !== entry);
    };
  }

  /** Timers that are set. */
  get armed(): number {
    return this.#calls.length;
  }

  /** Milliseconds until the next timer, null when none is set. */
  get next(): number | null {
    return this.#calls.length === 0 ? null : Math.min(...this.#calls.map((one) => one.at)) - this.#now;
  }

  go(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#calls.filter((one) => one.at <= this.#now);
    this.#calls = this.#calls.filter((one) => one.at > this.#now);
    for (const one of due) one.call();
  }
}
