/** What of a command's output somebody has to read who mends a failure. */

/**
 * A line that says of one test that it passed or began: pytest, go test, TAP, the ticks of JavaScript, cargo, unittest,
 * GoogleTest and those who write like it, our own of properties; of Maven that all of a class did.
 */
const passed =
  /(?:\sPASSED(?:\s+\[\s*\d+%\])?|\.\.\. ok)\s*$|^\s*(?:[✔✓√]\s|ok \d+\b|--- PASS:|=== (?:RUN|PAUSE|CONT)\b|\[ *(?:pass(?:ed)?|OK|RUN) *\] *\S|property "[^"]*": seed=\S+ cases=\d+\s*$)|^\[INFO\] (?:Running \S+$|Tests run: \d+, Failures: 0, Errors: 0,)/u;

/** What Maven says under every failure, whatever failed. */
const advice =
  /^\[ERROR\] *(?:(?:-> )?\[Help \d\].*|To see the full stack trace of the errors.*|Re-run Maven using the -X switch.*|For more information about the errors.*|Please refer to dump files.*)?$/;

/** jqwik: above the figures of a property; where it failed, what failed stands between. */
const propertyHead = /^timestamp = \S+, .* = *$/;
const figures = /^\s+\|-+jqwik-+$/;
const figure = /^\s*$|^[\w#-]+ = .*\|/;

/** Fewer stay as they are: they may tell where in a file something happened. */
const fewest = 3;

/** How compilers begin an error: rustc, then gcc, clang, tsc and javac with its place before it. */
const compilerError =
  /^(?:error(?:\[E\d+\])?: (?!could not compile|aborting)|\S+?[(:]\d+(?:[,:]\d+)?\)?: (?:fatal )?error\b)/;
/** Of more errors only so many are shown. */
const mostErrors = 8;
/** Where a build sums up. */
const lastLines = 8;

/** What a compiler says after its first errors follows from them, most of it. */
function firstErrors(lines: readonly string[]): readonly string[] {
  const heads = lines.flatMap((line, at) => (!isLong(line) && compilerError.test(line) ? [at] : []));
  const from = heads[mostErrors];
  const to = lines.length - lastLines;
  if (from === undefined || from >= to) return lines;
  const more = heads.filter((at) => at >= from && at < to).length;
  return [
    ...lines.slice(0, from),
    `[… ${more} errors more, most of them of the same causes …]`,
    ...lines.slice(to),
  ];
}

/**
 * The output with each row of such lines as one that counts them, of a compiler its first errors, and without advice.
 * Linear in its size.
 */
export function relevant(output: string): string {
  const lines = output.split('\n').filter((line) => isLong(line) || !advice.test(line));
  const kept: string[] = [];
  let row: string[] = [];
  let inFigures = false;
  lines.forEach((line, at) => {
    if (isLong(line)) inFigures = false;
    else if (propertyHead.test(line)) inFigures = figures.test(lines[at + 1] ?? '');
    else inFigures = inFigures && (figures.test(line) || figure.test(line));
    if (inFigures || (!isLong(line) && passed.test(line))) row.push(line);
    else {
      kept.push(...shown(row), line);
      row = [];
    }
  });
  return firstErrors([...kept, ...shown(row)]).join('\n');
}

/** No line of a runner's own. */
const isLong = (line: string) => line.length >= 1000;

const shown = (row: readonly string[]): readonly string[] =>
  row.length < fewest ? row : [`[… ${row.length} lines of tests that passed …]`];

/** A line that begins with a place: `./range_test.go:12:6: mustRange redeclared`, `src/a.ts(3,1): error`. */
const placed = /^\s*\S*\.\w+[:(]\d+/;

/** The line that tells soonest why a command failed: the first with a place, else the first that speaks of an error; empty where none does. */
export function complaint(output: string): string {
  const lines = output
    .split('\n')
    .filter((line) => line.length < 1000 && !/\bwarning\b/i.test(line) && !passed.test(line));
  const line = lines.find((one) => placed.test(one)) ?? lines.find((one) => /\berror\b/i.test(one)) ?? '';
  return line.trim().slice(0, 200);
}
