import { LendingError } from './errors.js';

/** A calendar day, `2025-03-04`, without time or zone. As strings, days sort by themselves. */
export type Day = string;

const DAY_MS = 86_400_000;

function toDate(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

function toDay(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

/** Checks what a person or a file gave us: the 30th of February is refused. */
export function parseDay(text: string): Day {
  const date = toDate(text);
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime());
  if (!valid || toDay(date) !== text) {
    throw new LendingError('bad-day', `${text} is not a day; write it like 2025-03-04`);
  }
  return text;
}

/** The day that lies `count` days after `day`. */
export function addDays(day: Day, count: number): Day {
  return toDay(new Date(toDate(day).getTime() + count * DAY_MS));
}

/** How many days after `from` the day `to` is; negative when it is before. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((toDate(to).getTime() - toDate(from).getTime()) / DAY_MS);
}

/** 0 is Sunday, 6 is Saturday. */
export function weekday(day: Day): number {
  return toDate(day).getUTCDay();
}
