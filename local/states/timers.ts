/**
 * All instants somebody waits for, behind one timer of the process: it is set for the nearest, and there is none while
 * nothing is due. Instants are grouped, so that what belongs to a finished attempt goes at once.
 */

/** Time, as the interpreter needs it; tests give their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after that many milliseconds, unless the returned function was called before. */
  after(milliseconds: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The longest delay that setTimeout knows (2^31 - 1 ms, 24.8 days); a gate may wait for a year, in hops. */
const longest = 2_147_483_647;

interface Due {
  at: number;
  call: () => void;
}

export class Timers {
  readonly #clock: Clock;
  readonly #groups = new Map<string, Map<string, Due>>();
  #armed: { at: number; cancel: () => void } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets, or moves, one instant of a group. An instant that is past comes at the next turn. */
  set(group: string, kind: string, at: number, call: () => void): void {
    const dues = this.#groups.get(group) ?? new Map<string, Due>();
    dues.set(kind, { at, call });
    this.#groups.set(group, dues);
    // A later instant (a heartbeat moved on) leaves the timer alone: it wakes once for nothing and looks again.
    if (this.#armed === null || at < this.#armed.at) this.#arm(at);
  }

  clear(group: string): void {
    this.#groups.delete(group);
    if (this.#groups.size === 0) this.close();
  }

  close(): void {
    this.#groups.clear();
    this.#armed?.cancel();
    this.#armed = null;
  }

  #arm(at: number): void {
    this.#armed?.cancel();
    const delay = Math.min(Math.max(at - this.#clock.now(), 0), longest);
    this.#armed = { at, cancel: this.#clock.after(delay, () => this.#fire()) };
  }

  #fire(): void {
    this.#armed = null;
    const now = this.#clock.now();
    const due: Due[] = [];
    let nearest = Number.POSITIVE_INFINITY;
    for (const [group, dues] of this.#groups) {
      for (const [kind, one] of dues) {
        if (one.at > now) nearest = Math.min(nearest, one.at);
        else {
          due.push(one);
          dues.delete(kind);
        }
      }
      if (dues.size === 0) this.#groups.delete(group);
    }
    if (nearest !== Number.POSITIVE_INFINITY) this.#arm(nearest);
    for (const one of due.sort((a, b) => a.at - b.at)) one.call();
  }
}
