/**
 * Showing a ticket live: redrawn in place in a terminal, or a line an event where output is piped. Both take the same
 * events; what should not be missed, and other lines (a gate's document, a warning), go above the view.
 */
import type { Agent } from '#core/agent/agent.ts';
import type { DomainEvent } from '#core/events/catalogue.ts';
import type { World } from '../world.ts';
import { paintFor } from './paint.ts';
import { render } from './render.ts';
import { isMoment, sentence, stillAt } from './sentence.ts';
import { acted, type Progress, reduce } from './state.ts';

export interface Display {
  readonly isLive: boolean;
  state(): Progress;
  /** Something happened; `quiet` only remembers it, for what happened before the display was there. */
  event(event: DomainEvent, quiet?: boolean): void;
  /** What an agent did last. */
  act(runId: string, action: string): void;
  /** Whether it is time to say who is at work with what: events tell nothing of it. */
  asksForWork(): boolean;
  /** Who is at work on the ticket. */
  working(agents: readonly Agent[]): void;
  print(line: string): void;
  /** Draws nothing until the returned function is called: somebody is asked something. */
  pause(): () => void;
  /** Leaves what stands, and gives the terminal back. */
  stop(): void;
}

/** As often as a person sees a difference; a burst of events is drawn once. */
const redrawMs = 100;
/** So long nothing is said where each line is an event; then who is at work with what. */
const silenceMs = 60_000;
/** The clock in the view goes by seconds. */
const tickMs = 1000;

export function createDisplay(world: World, start: Progress): Display {
  const live = world.out.isTerminal && world.env.CI === undefined;
  return live ? liveDisplay(world, start) : lineDisplay(world, start);
}

/** `14:03:07`, in the time of this machine. */
export function clockOf(instant: string): string {
  return new Date(instant).toTimeString().slice(0, 8);
}

function lineDisplay(world: World, start: Progress): Display {
  const paint = paintFor(world.out, world.env);
  let state = start;
  let saidAt = world.now();
  const write = (line: string) => {
    saidAt = world.now();
    world.out.write(`${line}\n`);
  };
  return {
    isLive: false,
    state: () => state,
    event(event, quiet = false) {
      const line = sentence(event, state);
      state = reduce(state, event);
      if (line !== null && !quiet) write(`${paint('dim', clockOf(event.occurredAt))}  ${line}`);
    },
    act: () => undefined,
    asksForWork: () => world.now() - saidAt >= silenceMs,
    working(agents) {
      const now = world.now();
      const clock = paint('dim', clockOf(new Date(now).toISOString()));
      for (const agent of agents) write(`${clock}  ${stillAt(agent, now)}`);
    },
    print: write,
    pause: () => () => undefined,
    stop: () => undefined,
  };
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
/** To the first column of the line that is so many above, and everything from there on away. */
const eraseLines = (lines: number) => `${lines > 0 ? `\u001b[${lines}A` : ''}\r\u001b[J`;

function liveDisplay(world: World, start: Progress): Display {
  const paint = paintFor(world.out, world.env);
  let state = start;
  let drawn = 0;
  let asking = false;
  let due: NodeJS.Timeout | undefined;
  const draw = (above = '') => {
    clearTimeout(due);
    due = undefined;
    if (asking) {
      world.out.write(above);
      return;
    }
    const { columns, rows } = world.out.size();
    // The last row stays free: a full screen would scroll and leave copies behind.
    const lines = render(state, { width: columns, now: world.now(), paint }).slice(0, Math.max(1, rows - 1));
    world.out.write(`${eraseLines(drawn)}${above}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  const soon = () => {
    due ??= setTimeout(draw, redrawMs);
  };
  const tick = setInterval(soon, tickMs);
  world.out.write(hideCursor);
  return {
    isLive: true,
    state: () => state,
    event(event, quiet = false) {
      const line = isMoment(event, state) ? sentence(event, state) : null;
      state = reduce(state, event);
      if (quiet) return;
      if (line === null) soon();
      else draw(`${paint('dim', clockOf(event.occurredAt))}  ${line}\n`);
    },
    act(runId, action) {
      state = acted(state, runId, action);
      soon();
    },
    // What an agent does, its journal tells.
    asksForWork: () => state.runs.some(({ kind }) => kind === 'check'),
    working(agents) {
      for (const { kind, runId, doing } of agents) if (kind === 'check') state = acted(state, runId, doing);
      soon();
    },
    print: (line) => draw(`${line}\n`),
    pause() {
      world.out.write(`${eraseLines(drawn)}${showCursor}`);
      drawn = 0;
      asking = true;
      return () => {
        asking = false;
        world.out.write(hideCursor);
        draw();
      };
    },
    stop() {
      asking = false;
      clearInterval(tick);
      draw();
      world.out.write(showCursor);
    },
  };
}
