/** What of a command's output somebody has to read who mends a failure. */

/** A line that says of one test that it passed or began: pytest, go test, TAP, the ticks of JavaScript, cargo, unittest, our own of properties. */
const passed =
  /(?:\sPASSED(?:\s+\[\s*\d+%\])?|\.\.\. ok)\s*$|^\s*(?:[✔✓√]\s|ok \d+\b|--- PASS:|=== (?:RUN|PAUSE|CONT)\b|property "[^"]*": seed=\S+ cases=\d+\s*$)/u;

/** Fewer stay as they are: they may tell where in a file something happened. */
const fewest = 3;

/** The output with each row of such lines as one that counts them. Linear in its size. */
export function relevant(output: string): string {
  const kept: string[] = [];
  let row: string[] = [];
  const close = () => {
    if (row.length < fewest) kept.push(...row);
    else kept.push(`[… ${row.length} lines of tests that passed …]`);
    row = [];
  };
  for (const line of output.split('\n')) {
    if (line.length < 1000 && passed.test(line)) row.push(line);
    else {
      close();
      kept.push(line);
    }
  }
  close();
  return kept.join('\n');
}

/** A line that begins with a place: `./range_test.go:12:6: mustRange redeclared`, `src/a.ts(3,1): error`. */
const placed = /^\s*\S*\.\w+[:(]\d+/;

/** The line that tells soonest why a command failed: the first with a place, else the first that speaks of an error; empty where none does. */
export function complaint(output: string): string {
  const lines = output.split('\n').filter((line) => line.length < 1000);
  const line = lines.find((one) => placed.test(one)) ?? lines.find((one) => /\berror\b/i.test(one)) ?? '';
  return line.trim().slice(0, 200);
}
