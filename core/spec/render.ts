/**
 * Documents as Markdown, for prompts and the console.
 *
 * Every id is shown as written, so that a reader (a person or a model) can name it. The text is the author's: whoever
 * turns it into HTML has to sanitize it.
 */
import type { Design } from './design.ts';
import type { DocumentBody } from './document.ts';
import type { Exploration } from './exploration.ts';
import type { PlanTask, TaskPlan } from './plan.ts';
import type { Criterion, Requirement, Requirements } from './requirements.ts';

/** The whole document, from a first-level heading to a final newline. */
export function renderDocument(document: DocumentBody): string {
  switch (document.kind) {
    case 'exploration':
      return renderExploration(document.body);
    case 'requirements':
      return renderRequirements(document.body);
    case 'design':
      return renderDesign(document.body);
    case 'plan':
      return renderPlan(document.body);
  }
}

function renderExploration(exploration: Exploration): string {
  const { summary, size, sizeReason, stack, keyFiles, conventions, commands, risks, questions, direct } =
    exploration;
  const files = keyFiles.map(({ path, purpose }) => `${code(path)}: ${purpose}`);
  const runs = Object.entries(commands).flatMap(([name, command]) =>
    command ? [`${name}: ${code(command)}`] : [],
  );
  const criteria = direct?.criteria.map(({ text, kind, hint }) => `(${kind}) ${text}${hinted(hint)}`) ?? [];
  return page('Exploration', [
    summary,
    `**Size:** ${size}. ${sizeReason}`,
    list('Stack', stack),
    list('Key files', files),
    list('Conventions', conventions),
    list('Commands', runs),
    list('Risks', risks),
    list('Questions', questions),
    list('Criteria', criteria),
    list('Writes', direct?.writes.map(code) ?? []),
  ]);
}

function renderRequirements({ requirements, outOfScope, assumptions }: Requirements): string {
  return page('Requirements', [
    ...requirements.map(renderRequirement),
    list('Out of scope', outOfScope),
    list('Assumptions', assumptions),
  ]);
}

/** One requirement with its criteria, as it stands in the document. */
export function renderRequirement({ id, title, ears, text, priority, criteria }: Requirement): string {
  return blocks([
    `## ${id} ${line(title)}`,
    `*${ears}, ${priority}*`,
    text,
    bullets(criteria.map(renderCriterion)),
  ]);
}

/** One criterion as one item: id, kind, statement and hint. */
export function renderCriterion({ id, text, kind, hint }: Criterion): string {
  return `**${id}** (${kind}) ${text}${hinted(hint)}`;
}

function renderDesign(design: Design): string {
  const {
    overview,
    components,
    interfaces,
    dataModels,
    diagrams,
    errors,
    security,
    testStrategy,
    decisions,
  } = design;
  const parts = components.map(({ name, responsibility, files, requirements }) =>
    blocks([
      `### ${line(name)}`,
      responsibility,
      bullets([
        `Files: ${files.map(code).join(', ') || 'none'}`,
        `Requirements: ${requirements.join(', ') || 'none'}`,
      ]),
    ]),
  );
  const defined = (items: Design['interfaces']) =>
    items.map(({ name, definition }) =>
      blocks([`### ${line(name)}`, definition.includes('```') ? definition : fence('', definition)]),
    );
  const drawn = diagrams.map(({ title, mermaid }) =>
    blocks([`### ${line(title)}`, fence('mermaid', mermaid)]),
  );
  return page('Design', [
    overview,
    section('Components', parts),
    section('Interfaces', defined(interfaces)),
    section('Data models', defined(dataModels)),
    section('Diagrams', drawn),
    list('Errors', errors),
    list('Security', security),
    section('Test strategy', testStrategy.trim() === '' ? [] : [testStrategy]),
    list(
      'Decisions',
      decisions.map(({ title, choice, why }) => `**${line(title)}:** ${ended(choice)} Why: ${why}`),
    ),
  ]);
}

/** A sentence that another one follows. */
const ended = (text: string) => text.trimEnd().replace(/(?<![.!?:…])$/u, '.');

function renderPlan({ tasks }: TaskPlan): string {
  return page('Task plan', tasks.map(renderTask));
}

/** One task, as it stands in the plan. */
export function renderTask(task: PlanTask): string {
  const { key, title, goal, dependsOn, criteria, writes, estimateMinutes, doneWhen, priority } = task;
  const facts = [
    `Depends on: ${dependsOn.join(', ') || 'nothing'}`,
    `Criteria: ${criteria.join(', ') || 'none'}`,
    `Writes: ${writes.map(code).join(', ') || 'nothing'}`,
    `Estimate: ${estimateMinutes} min`,
    ...(priority === 0 ? [] : [`Priority: ${priority}`]),
    `Done when: ${doneWhen}`,
  ];
  return blocks([`## ${key} ${line(title)}`, goal, bullets(facts)]);
}

function page(title: string, parts: readonly string[]): string {
  return `${blocks([`# ${title}`, ...parts])}\n`;
}

/** Parts with one empty line between them; empty ones leave no gap. */
function blocks(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n');
}

function section(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : blocks([`## ${title}`, ...parts]);
}

function list(title: string, items: readonly string[]): string {
  return section(title, items.length === 0 ? [] : [bullets(items)]);
}

/** Further lines of an item are indented, so that they stay in it. */
function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item.trim().replace(/\r?\n/gu, '\n  ')}`).join('\n');
}

function hinted(hint: string | undefined): string {
  return hint === undefined ? '' : `\n*Check:* ${hint}`;
}

/** A heading or name ends with its line. */
function line(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Delimiters longer than any run of backticks within: the text cannot leave its code span. */
function code(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const gap = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${gap}${line(text)}${gap}${ticks}`;
}

function fence(language: string, text: string): string {
  // Three is the least that Markdown takes for a fence.
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text.trimEnd()}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
}
