/**
 * Names and comments: folders are nouns of the domain, a longer file opens with what it is for, what core, adapters
 * and constructs export has a docblock (STYLE 1 and 18). Pure: takes paths and sources, returns offences.
 */
import ts from 'sample-typescript';
import type { Offence, SourceText } from './files.ts';
import { isExempt, isProduct, PRODUCT } from './files.ts';

/** Names that tell nothing of what is inside. */
const EMPTY_WORDS = new Set(['utils', 'common', 'shared', 'lib', 'helpers', 'services', 'manager', 'misc']);

/** The rooms of DESIGN §4, and what CI wants. */
const TOP_FOLDERS = new Set([...PRODUCT, 'statemachines', 'test', 'docs', '.ci', '.github']);

/** Endings of what was downloaded, packed or left behind by a tool: none of it is source. */
const LEFTOVER = /\.(whl|tgz|gz|zip|jar|log|bak|orig|rej|patch|swp|tmp)$/;

/** A file longer than this opens with a comment (STYLE 18). */
const COMMENTED_FROM = 60;

/** Refuses empty words as (part of) a name, leftovers, and top-level folders the design does not know. Folders end in `/`. */
export function checkPaths(paths: readonly string[]): Offence[] {
  return paths
    .filter((path) => !isExempt(path))
    .flatMap((path): Offence[] => {
      const name = path.split('/').findLast((part) => part !== '') ?? '';
      const word = name
        .toLowerCase()
        .split(/[-_.]/)
        .find((part) => EMPTY_WORDS.has(part));
      if (word !== undefined) return [{ path, line: 0, what: `'${word}' does not tell what is inside` }];
      if (LEFTOVER.test(name)) return [{ path, line: 0, what: 'is a download or a leftover' }];
      if (path !== `${name}/` || TOP_FOLDERS.has(name)) return [];
      return [{ path, line: 0, what: 'is no room of the design' }];
    });
}

/** Refuses long files without an opening comment, and exports without a docblock where one is due. */
export function checkComments(sources: readonly SourceText[]): Offence[] {
  return sources
    .filter(({ path }) => isProduct(path))
    .flatMap(({ path, text }) => {
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const documented = /^(core|adapters|infra\/constructs)\//.test(path);
      return [...missingOpening(file, path), ...(documented ? missingDocblocks(file, path) : [])];
    });
}

/** The comment stands before the first statement, or before the first one that is no import. */
function missingOpening(file: ts.SourceFile, path: string): Offence[] {
  const lines = file.text.split('\n').length - 1;
  if (lines <= COMMENTED_FROM) return [];
  const afterImports = file.statements.find((statement) => !ts.isImportDeclaration(statement));
  const opened = [file.statements[0], afterImports].some(
    (statement) => statement && hasDocblock(statement, file),
  );
  return opened ? [] : [{ path, line: 1, what: `has ${lines} lines and does not open with what it is for` }];
}

function hasDocblock(node: ts.Node, file: ts.SourceFile): boolean {
  const comments = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
  return comments.some(({ pos }) => file.text.startsWith('/**', pos));
}

/**
 * Each export needs its own docblock, but for: a re-export; the type of a schema that bears the same name; a further
 * overload; and a one-line const or type right under a documented one (no blank line): one docblock may head a group.
 */
function missingDocblocks(file: ts.SourceFile, path: string): Offence[] {
  const schemas = new Set(file.statements.filter(ts.isVariableStatement).map(nameOf));
  const offences: Offence[] = [];
  let above: ts.Statement | undefined;
  let groupIsDocumented = false;
  for (const statement of file.statements) {
    const adjacent = above !== undefined && !/\n[ \t]*\r?\n/.test(gap(above, statement, file));
    const overload =
      adjacent &&
      ts.isFunctionDeclaration(statement) &&
      above !== undefined &&
      nameOf(above) === nameOf(statement);
    const member =
      adjacent && isGroupable(statement, file) && above !== undefined && isGroupable(above, file);
    // The rest of a group whose head was told already is not told again.
    const told = member && !groupIsDocumented;
    groupIsDocumented = hasDocblock(statement, file) || (member && groupIsDocumented);
    above = statement;
    if (!isExported(statement) || groupIsDocumented || overload || told) continue;
    const name = nameOf(statement);
    if (name === undefined || (ts.isTypeAliasDeclaration(statement) && schemas.has(name))) continue;
    const line = file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1;
    offences.push({ path, line, what: `exports ${name} without a docblock` });
  }
  return offences;
}

function gap(above: ts.Statement, below: ts.Statement, file: ts.SourceFile): string {
  return file.text.slice(above.end, below.getStart(file));
}

function isGroupable(statement: ts.Statement, file: ts.SourceFile): boolean {
  const oneLine = !statement.getText(file).includes('\n');
  return (
    ts.isTypeAliasDeclaration(statement) ||
    (ts.isVariableStatement(statement) && (oneLine || isExported(statement)))
  );
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name.getText();
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return named ? (statement.name?.text ?? 'default') : undefined;
}
