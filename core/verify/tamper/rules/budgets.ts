/** Budgets of a build and scores that it must reach: lighthouse, size-limit, bundlesize, bundlewatch, Angular. */
import { type Swap, type Told, tellsOf } from './swap.ts';

/** Factors of what sizes and times are written with; each is only compared with its like. */
const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  kib: 1024,
  mb: 1e6,
  mib: 1024 ** 2,
  ms: 1,
  s: 1000,
  '%': 1,
};

/** `140 kB`, `1.5mb`, `2500`, `2 s`; undefined for anything else. */
function amountOf(value: string | undefined): number | undefined {
  const found = /^(\d+(?:\.\d+)?) ?([a-z%]{0,3})$/i.exec(value ?? '');
  if (found === null) return undefined;
  const unit = (found[2] ?? '').toLowerCase();
  const factor = unit === '' ? 1 : units[unit];
  return factor === undefined ? undefined : Number(found[1]) * factor;
}

const least = /^minScore$/;
const most = /^(maximumError|maximumWarning|maxAssetSize|maxEntrypointSize)$/;
/** Of names that anything may have, the tool decides. */
const sizes = /size-limit|bundlesize|bundlewatch/;
const speeds = /lighthouse|budget/;
const ranks: readonly string[] = ['off', 'warn', 'error'];

/** A budget that permits more, a score that may be lower, an assertion that only warns. */
export function budgetRaised(file: string, swap: Swap): Told | undefined {
  const { path, key } = tellsOf(swap);
  const [was, is] = [amountOf(swap.before?.value), amountOf(swap.after?.value)];
  const tell = (message: string): Told => ({ kind: 'lowered-threshold', severity: 'medium', message });
  if (/(^|\.)assertions\./.test(path) && /lighthouse/.test(file)) {
    const [then, now] = [ranks.indexOf(swap.before?.value ?? ''), ranks.indexOf(swap.after?.value ?? '')];
    if (now >= 0 && now < then) return tell(`${key} is only told as ${swap.after?.value} now.`);
  }
  if (was === undefined) return undefined;
  if (least.test(key) && (is === undefined || is < was))
    return tell(`The score ${key} went from ${swap.before?.value} to ${swap.after?.value ?? 'none'}.`);
  const isBudget =
    most.test(key) ||
    (/^(limit|maxSize)$/.test(key) && sizes.test(file + path)) ||
    (/^(budget|maxNumericValue|maxLength)$/.test(key) && speeds.test(file));
  // A budget may go with the bundle that it was for.
  return isBudget && is !== undefined && is > was
    ? tell(`The budget ${key} went from ${swap.before?.value} to ${swap.after?.value}.`)
    : undefined;
}
