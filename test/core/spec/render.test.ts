import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { Design } from '#core/spec/design.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import { renderDocument, renderRequirement, renderTask } from '#core/spec/render.ts';
import { design, directExploration, exploration, plan, requirements } from './samples.ts';

describe('Markdown of a document', () => {
  it('shows requirements with their ids, patterns, criteria and hints', () => {
    expect(renderDocument({ kind: 'requirements', body: requirements })).toBe(`# Requirements

## REQ-1 Apply a coupon

*event, must*

When a shopper enters a known coupon code, the cart shall subtract its value from the total.

- **REQ-1.1** (example) SAVE10 lowers 1000 cents to 900 cents
  *Check:* Call total()
- **REQ-1.2** (property) The total stays at or above 0 cents
  *Check:* Any cart, any coupon

## REQ-2 Refuse an unknown code

*unwanted, should*

If a shopper enters an unknown coupon code, then the cart shall answer "unknown coupon".

- **REQ-2.1** (example) The code NOPE is refused by name
  *Check:* Call apply()

## Out of scope

- Coupons with an end date

## Assumptions

- One coupon a cart
`);
  });

  it('shows a task with all that a builder needs', () => {
    const [, task] = plan.tasks;
    expect(task && renderTask({ ...task, priority: 5 })).toBe(`## T2 Subtract the value of the coupon

Ask the book in src/cart/total.ts

- Depends on: T1
- Criteria: REQ-1.1, REQ-1.2
- Writes: \`src/cart/**\`, \`test/cart/**\`
- Estimate: 45 min
- Priority: 5
- Done when: SAVE10 lowers a total in a test`);
  });
});

describe('Markdown of any kind', () => {
  it('shows an exploration with its commands, and the direct work when there is any', () => {
    const full = renderDocument({ kind: 'exploration', body: exploration });
    expect(full).toContain('**Size:** full. It touches the price calculation');
    expect(full).toContain('## Commands\n\n- setup: `npm ci`\n- test: `npm test`');
    expect(full).not.toMatch(/## (Questions|Criteria|Writes)/);
    const direct = renderDocument({ kind: 'exploration', body: directExploration });
    expect(direct).toContain('## Criteria\n\n- (example) The coupon SAVE10');
    expect(direct).toContain('## Writes\n\n- `src/cart/**`');
  });

  it('shows a design with its components, diagrams and decisions', () => {
    const text = renderDocument({ kind: 'design', body: design });
    expect(text).toContain(
      '### Coupon book\n\nFinds the value of a code\n\n- Files: `src/coupon/book.ts`\n- Requirements: REQ-1, REQ-2',
    );
    expect(text).toContain('### Flow\n\n```mermaid\nflowchart LR\n  cart --> book\n```');
    expect(text).toContain('### apply\n\n```\napply(cart: Cart, code: string): Cart\n```');
    const fenced = { name: 'a', definition: 'As in\n\n```go\nfunc a()\n```' };
    expect(renderDocument({ kind: 'design', body: { ...design, interfaces: [fenced] } })).toContain(
      '### a\n\nAs in\n\n```go\nfunc a()\n```\n\n## ',
    );
    expect(text).toContain('- **Where codes live:** In memory. Why: There are ten of them.');
  });

  it('names every id of every document', () => {
    const text = [
      renderDocument({ kind: 'requirements', body: requirements }),
      renderDocument({ kind: 'plan', body: plan }),
    ].join('\n');
    const ids = ['REQ-1', 'REQ-1.1', 'REQ-1.2', 'REQ-2', 'REQ-2.1', 'T1', 'T2'];
    expect(ids.filter((id) => !text.includes(id))).toEqual([]);
  });

  it('leaves no empty section behind', () => {
    const empty = {
      components: [],
      interfaces: [],
      dataModels: [],
      diagrams: [],
      errors: [],
      security: [],
      decisions: [],
    };
    expect(renderDocument({ kind: 'design', body: { ...design, ...empty, testStrategy: ' ' } })).toBe(
      `# Design\n\n${design.overview}\n`,
    );
    expect(renderDocument({ kind: 'plan', body: { tasks: [] } })).toBe('# Task plan\n');
  });
});

describe('text with Markdown of its own', () => {
  it('stays inside its fence', () => {
    const diagrams = [{ title: 'Sly', mermaid: 'flowchart\n```\n# Approved\n````' }];
    const html = marked.parse(
      renderDocument({ kind: 'design', body: Design.parse({ ...design, diagrams }) }),
      { async: false },
    );
    expect(html).not.toContain('<h1>Approved');
  });

  it('stays inside its code span', () => {
    const [task] = TaskPlan.parse({ tasks: [{ ...plan.tasks[0], writes: ['a`**`b/*', '`tick`'] }] }).tasks;
    const html = marked.parse(task ? renderTask(task) : '', { async: false });
    expect(html).toContain('<code>a`**`b/*</code>');
    expect(html).toContain('<code>`tick`</code>');
  });

  it('stays in one heading and in one item', () => {
    const [requirement] = requirements.requirements;
    const sly = requirement && {
      ...requirement,
      title: 'One\n# Two',
      criteria: requirement.criteria.map((item) => ({ ...item, text: 'a\n\n# b' })),
    };
    const html = marked.parse(sly ? renderRequirement(sly) : '', { async: false });
    expect(html.match(/<h2>/g)).toHaveLength(1);
    expect(html.match(/<ul>/g)).toHaveLength(1);
    expect(html.match(/<li>/g)).toHaveLength(2);
  });
});
