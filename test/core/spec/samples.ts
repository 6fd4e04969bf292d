/** Documents of one small ticket (a coupon for a shop's cart) that pass their evaluators; tests change one thing. */
import { Design } from '#core/spec/design.ts';
import { Exploration } from '#core/spec/exploration.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import { Requirements } from '#core/spec/requirements.ts';

export const ticket = {
  title: 'Coupons in the cart',
  description:
    'A shopper enters a coupon code and the total goes down. Unknown codes are refused with a message.',
};

export const exploration = Exploration.parse({
  summary: 'A small shop in TypeScript. The cart lives in src/cart and is covered by unit tests.',
  size: 'full',
  sizeReason: 'It touches the price calculation and needs a new data model.',
  stack: ['TypeScript 5.9', 'node:test'],
  keyFiles: [{ path: 'src/cart/total.ts', purpose: 'Computes the total of a cart' }],
  conventions: ['Money is whole cents'],
  commands: { setup: 'npm ci', test: 'npm test' },
  risks: ['Rounding of percentages'],
  questions: [],
});

export const directExploration = Exploration.parse({
  ...exploration,
  size: 'direct',
  direct: {
    criteria: [
      {
        text: 'The coupon SAVE10 lowers a total of 1000 cents to 900 cents',
        kind: 'example',
        hint: 'Call total()',
      },
      { text: 'The total is at least 0 for every coupon', kind: 'property' },
    ],
    writes: ['src/cart/**', 'test/cart/**'],
  },
});

export const requirements = Requirements.parse({
  requirements: [
    {
      id: 'REQ-1',
      title: 'Apply a coupon',
      ears: 'event',
      text: 'When a shopper enters a known coupon code, the cart shall subtract its value from the total.',
      priority: 'must',
      criteria: [
        {
          id: 'REQ-1.1',
          text: 'SAVE10 lowers 1000 cents to 900 cents',
          kind: 'example',
          hint: 'Call total()',
        },
        {
          id: 'REQ-1.2',
          text: 'The total stays at or above 0 cents',
          kind: 'property',
          hint: 'Any cart, any coupon',
        },
      ],
    },
    {
      id: 'REQ-2',
      title: 'Refuse an unknown code',
      ears: 'unwanted',
      text: 'If a shopper enters an unknown coupon code, then the cart shall answer "unknown coupon".',
      priority: 'should',
      criteria: [
        { id: 'REQ-2.1', text: 'The code NOPE is refused by name', kind: 'example', hint: 'Call apply()' },
      ],
    },
  ],
  outOfScope: ['Coupons with an end date'],
  assumptions: ['One coupon a cart'],
});

export const design = Design.parse({
  overview: 'A coupon book answers codes with values; the cart asks it and subtracts before taxes.',
  components: [
    {
      name: 'Coupon book',
      responsibility: 'Finds the value of a code',
      files: ['src/coupon/book.ts'],
      requirements: ['REQ-1', 'REQ-2'],
    },
    {
      name: 'Cart',
      responsibility: 'Subtracts the value from the total',
      files: ['src/cart/total.ts'],
      requirements: ['REQ-1'],
    },
  ],
  interfaces: [{ name: 'apply', definition: 'apply(cart: Cart, code: string): Cart' }],
  dataModels: [{ name: 'Coupon', definition: '{ code: string; cents: number }' }],
  diagrams: [{ title: 'Flow', mermaid: 'flowchart LR\n  cart --> book' }],
  errors: ['An unknown code leaves the cart as it is'],
  security: ['Codes are compared in constant time'],
  testStrategy: 'Unit tests of the book and of the cart; a property test of the total.',
  decisions: [{ title: 'Where codes live', choice: 'In memory', why: 'There are ten of them.' }],
});

export const plan = TaskPlan.parse({
  tasks: [
    {
      key: 'T1',
      title: 'Add the coupon book',
      goal: 'A map from code to value in src/coupon/book.ts',
      dependsOn: [],
      criteria: ['REQ-2.1'],
      writes: ['src/coupon/**', 'test/coupon/**'],
      estimateMinutes: 30,
      doneWhen: 'The code NOPE is refused in a test',
    },
    {
      key: 'T2',
      title: 'Subtract the value of the coupon',
      goal: 'Ask the book in src/cart/total.ts',
      dependsOn: ['T1'],
      criteria: ['REQ-1.1', 'REQ-1.2'],
      writes: ['src/cart/**', 'test/cart/**'],
      estimateMinutes: 45,
      doneWhen: 'SAVE10 lowers a total in a test',
    },
  ],
});

/** A plan of `count` tasks without criteria, each depending as told. */
export function planOf(count: number, dependsOn: (index: number) => number[] = () => []): TaskPlan {
  return TaskPlan.parse({
    tasks: Array.from({ length: count }, (_, index) => ({
      ...plan.tasks[0],
      key: `T${index + 1}`,
      title: `Task ${index + 1}`,
      criteria: index === 0 ? ['REQ-1.1', 'REQ-1.2', 'REQ-2.1'] : [],
      writes: [`src/part${index + 1}/**`],
      dependsOn: dependsOn(index + 1).map((other) => `T${other}`),
    })),
  });
}
