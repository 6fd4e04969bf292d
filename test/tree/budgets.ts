/**
 * The budgets of STYLE 19, measured with a real parser: sizes of files and functions, `any`, `as`, `process.env`.
 * Pure: takes sources, returns offences.
 */
import ts from 'sample-typescript';
import type { Offence, SourceText } from './files.ts';
import { isProduct, roomOf } from './files.ts';

/** The figures. Move one only by an ADR. */
export const BUDGET = {
  fileLines: 350,
  fileLinesP90: 200,
  /** Tests are tables and stories: longer than code, yet not endless. */
  testFileLines: 500,
  /** A handler parses, calls and replies (STYLE 11). */
  handlerLines: 40,
  functionLines: 70,
  functionLinesP90: 30,
  componentLines: 120,
  /** A construct's constructor is a list of nodes and grants (STYLE 12). */
  constructorLines: 80,
  asPerThousandLines: 2,
} as const;

type FunctionKind = 'function' | 'component' | 'constructor';

interface Measured {
  readonly path: string;
  readonly line: number;
  readonly lines: number;
  readonly name: string;
  readonly kind: FunctionKind;
}

/** What one pass over a file finds. */
export interface Measures {
  readonly path: string;
  readonly lines: number;
  readonly functions: readonly Measured[];
  readonly any: readonly Offence[];
  readonly as: readonly Offence[];
  readonly env: readonly Offence[];
}

/** Parses a file and measures it. */
export function measure({ path, text }: SourceText): Measures {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (pos: number): number => file.getLineAndCharacterOfPosition(pos).line + 1;
  const functions: Measured[] = [];
  const found = { any: [] as Offence[], as: [] as Offence[], env: [] as Offence[] };
  const visit = (node: ts.Node): void => {
    const line = lineOf(node.getStart(file));
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const name = nameOf(node);
      functions.push({
        path,
        line,
        lines: lineOf(node.end) - line + 1,
        name,
        kind: kindOf(node, name, path),
      });
    }
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.any.push({ path, line, what: 'any' });
    if (isAssertion(node))
      found.as.push({ path, line: lineOf(node.type.getStart(file)), what: `as ${node.type.getText(file)}` });
    if (readsEnvironment(node)) found.env.push({ path, line, what: 'reads the environment outside env.ts' });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, lines: linesIn(text), functions, ...found };
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (node.name !== undefined) return node.name.getText();
  // `const Board = memo(() => …)`: the variable names the function, however wrapped.
  let parent: ts.Node = node.parent;
  while (ts.isCallExpression(parent) || ts.isParenthesizedExpression(parent)) parent = parent.parent;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : '(anonymous)';
}

function kindOf(node: ts.Node, name: string, path: string): FunctionKind {
  if (ts.isConstructorDeclaration(node) && roomOf(path) === 'infra') return 'constructor';
  return path.endsWith('.tsx') && /^[A-Z]/.test(name) ? 'component' : 'function';
}

/** `x as T` and `<T>x`; `as const` is free, renames in imports and exports are no assertions. */
function isAssertion(node: ts.Node): node is ts.AsExpression | ts.TypeAssertion {
  return (
    (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && !ts.isConstTypeReference(node.type)
  );
}

/** `process.env`, `process['env']`, `const { env } = process`, `import { env } from 'node:process'`. */
function readsEnvironment(node: ts.Node): boolean {
  const isProcess = (of: ts.Node | undefined): boolean =>
    of !== undefined &&
    ((ts.isIdentifier(of) && of.text === 'process') ||
      (ts.isPropertyAccessExpression(of) && of.name.text === 'process'));
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
  if (ts.isElementAccessExpression(node))
    return isProcess(node.expression) && /env/.test(node.argumentExpression.getText());
  if (ts.isVariableDeclaration(node)) {
    return (
      ts.isObjectBindingPattern(node.name) &&
      /\benv\b/.test(node.name.getText()) &&
      isProcess(node.initializer)
    );
  }
  if (!ts.isImportDeclaration(node)) return false;
  return (
    /^.(node:)?process.$/.test(node.moduleSpecifier.getText()) &&
    /[{,]\s*env\b/.test(node.importClause?.getText() ?? '')
  );
}

/** The smallest value that at least nine tenths of the values do not exceed; 0 of nothing. */
export function p90(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.9) - 1] ?? 0;
}

/** Everything over budget in the product's code and in the tests. */
export function checkBudgets(sources: readonly SourceText[]): Offence[] {
  const product = sources.filter(({ path }) => isProduct(path)).map(measure);
  return [
    ...sources.flatMap(overLong),
    ...product.flatMap(({ functions }) => functions.flatMap(overLongFunction)),
    ...product.flatMap(({ any }) => any),
    ...product.filter(({ path }) => !/(^|\/)env\.ts$/.test(path)).flatMap(({ env }) => env),
    ...spread('file', product, BUDGET.fileLinesP90),
    ...spread('function', product.flatMap(spreading), BUDGET.functionLinesP90),
    ...assertions(product),
  ];
}

function linesIn(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function overLong({ path, text }: SourceText): Offence[] {
  const lines = linesIn(text);
  const handler = /^functions\/[^/]+\/handler\.ts$/.test(path);
  const code = handler ? BUDGET.handlerLines : BUDGET.fileLines;
  const budget = isProduct(path) ? code : BUDGET.testFileLines;
  return lines > budget ? [{ path, line: 0, what: `has ${lines} lines, budget ${budget}` }] : [];
}

function overLongFunction({ path, line, lines, name, kind }: Measured): Offence[] {
  const budget = BUDGET[`${kind}Lines`];
  return lines > budget ? [{ path, line, what: `${kind} ${name} has ${lines} lines, budget ${budget}` }] : [];
}

/** Functions that count for the 90th percentile: one-liners would only water it down, components have their own budget. */
function spreading({ functions }: Measures): Measured[] {
  return functions.filter(({ lines, kind }) => lines > 1 && kind !== 'component');
}

/** Fewer than ten have no meaningful 90th percentile: the single budgets hold them. */
function spread(
  noun: string,
  measured: readonly { path: string; line?: number; lines: number }[],
  budget: number,
): Offence[] {
  if (measured.length < 10) return [];
  const value = p90(measured.map(({ lines }) => lines));
  if (value <= budget) return [];
  return measured
    .filter(({ lines }) => lines > budget)
    .map(({ path, line, lines }) => ({
      path,
      line: line ?? 0,
      what: `${noun} of ${lines} lines; the 90th percentile is ${value}, budget ${budget}`,
    }));
}

function assertions(product: readonly Measures[]): Offence[] {
  const lines = product.reduce((sum, { lines }) => sum + lines, 0);
  const all = product.flatMap(({ as }) => as);
  const budget = Math.floor((lines * BUDGET.asPerThousandLines) / 1000);
  if (all.length <= budget) return [];
  return all.map((one) => ({
    ...one,
    what: `${one.what} (${all.length} in ${lines} lines, budget ${budget})`,
  }));
}
