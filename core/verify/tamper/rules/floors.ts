/** Minima of coverage that scripts, make files and pipelines hold in a variable or in a comparison. */
import type { Change } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline } from '../path.ts';

/** Minima that are lower than before. */
export function floorRules({ before, after }: Change): Suspicion[] {
  return [...after].flatMap(([file, text]): Suspicion[] => {
    const was = before.get(file);
    if (was === undefined || was === text || !holdsScript(file) || text.length > largest) return [];
    const then = floorsIn(was);
    return [...floorsIn(text)].flatMap(([name, now]): Suspicion[] => {
      const old = then.get(name);
      if (old === undefined || now.value >= old.value) return [];
      return [
        {
          at: { side: 'after', file, line: now.line },
          was: { side: 'before', file, line: old.line },
          kind: 'lowered-threshold',
          severity: 'medium',
          message: `The minimum ${name} went from ${old.value} to ${now.value}.`,
        },
      ];
    });
  });
}

/** A script of more than this is data. */
const largest = 100_000;

const holdsScript = (file: string) =>
  isPipeline(file) || /\.(sh|bash|zsh|mk)$|(^|\/)(GNU)?[Mm]akefile$|(^|\/)[Jj]ustfile$/.test(file);

/** `MIN_COVERAGE ?= 80`, `minimum=85`, `COVERAGE_THRESHOLD: 90`. */
const given =
  /^\s*(?:export\s+|readonly\s+|local\s+|-\s+)?(\w+)\s*(?:[:?]?=|:)\s*["']?(?:\$\{\w+:-)?(\d+(?:\.\d+)?)\}?%?["']?\s*$/;
const aFloor = /(^|_)(min|minimum|threshold|floor|fail_under|required?|gate)(_|$)/i;
/** `"$total < 85"`, `[ "$coverage" -lt 80 ]`. */
const compared = /\$\{?(\w*(?:cov|total|pct|percent)\w*)\}?["']?\s*(?:<|-lt|>=|-ge)\s*["']?(\d+(?:\.\d+)?)/i;

/** Minima of a text that speaks of coverage, by the name that they are given or that is compared with them. */
function floorsIn(text: string): Map<string, { value: number; line: number }> {
  const found = new Map<string, { value: number; line: number }>();
  if (!/cov/i.test(text)) return found;
  text.split('\n').forEach((line, index) => {
    const [, name = '', value = ''] = given.exec(line.slice(0, 300)) ?? [];
    const [, asked = '', least = ''] = compared.exec(line.slice(0, 300)) ?? [];
    if (aFloor.test(name)) found.set(name, { value: Number(value), line: index + 1 });
    else if (asked !== '') found.set(asked, { value: Number(least), line: index + 1 });
  });
  return found;
}
