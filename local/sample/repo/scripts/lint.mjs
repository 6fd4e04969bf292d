// The house rules that the compiler cannot check; AGENTS.md explains them.
import { readdirSync, readFileSync } from 'node:fs';

const MAX_LINE = 100;

/** Each rule: which files it looks at, what it finds in a line, and what it says then. */
const rules = [
  [/./, (line) => line.length > MAX_LINE, `line is longer than ${MAX_LINE} characters`],
  [/./, (line) => /\s$/.test(line), 'white space at the end of the line'],
  [/./, (line) => /\t/.test(line), 'tab; indent by two spaces'],
  [/./, (line) => /[:<|]\s*any\b/.test(line), '`any`; name the type'],
  [/./, (line) => /^import .* from '\.[^']*(?<!\.js)';$/.test(line), 'relative import without .js'],
  [/./, (line) => /^export default\b/.test(line), 'default export; name it'],
  [/^src\//, (line) => /\bconsole\./.test(line), '`console` in src; return the text instead'],
  [/^src\/(?!main\.|days\.)/, (line) => /\bDate\b/.test(line), '`Date` outside days.ts and main.ts'],
  [/^test\//, (line) => /\b(test|it|describe)\.(only|skip|todo)\b/.test(line), 'a focused or skipped test'],
];

const problems = [];
let files = 0;
for (const folder of ['src', 'test']) {
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    if (!name.endsWith('.ts')) continue;
    const path = `${folder}/${name}`;
    files += 1;
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const [where, finds, message] of rules) {
      if (!where.test(path)) continue;
      lines.forEach((line, index) => {
        if (finds(line)) problems.push(`${path}:${index + 1} ${message}`);
      });
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(`${files} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
