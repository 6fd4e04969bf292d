import { afterEach, describe, expect, it } from 'vitest';
import { calls, type Said, use } from './model.ts';
import { openScene, type SandboxScene } from './scene.ts';

let scene: SandboxScene;
afterEach(() => scene.close());

const over = { status: 400, error: { type: 'invalid_request_error', message: 'the script is over' } };
const requirement = {
  ...{ id: 'REQ-1', title: 'Fines', ears: 'event', priority: 'must' },
  text: 'When a book is late, the library shall ask for a fine.',
  criteria: [{ id: 'REQ-1.1', text: 'A week costs 1.00', kind: 'example' }],
};
const document = { requirements: [requirement], outOfScope: [], assumptions: [] };
const amend = (changes: object[], id = 'amend') => calls(use('amend', { changes }, id));

async function analyse(script: Said[], previous: unknown = null) {
  scene = await openScene(
    { 'a.txt': 'a\n' },
    {
      model: ({ call }) => script[call - 1] ?? over,
      judge: (body) =>
        JSON.stringify(body).includes('optional') ? ['must be mended: /requirements/0/ears: no'] : [],
      brief: {
        ...{ task: null, run: { role: 'analyst', phase: 'requirements' } },
        previous: previous === null ? null : { version: 1, body: previous },
      },
    },
  );
  await scene.attempt();
  const heard = scene.gateway.state.journal.flatMap(({ body }) =>
    body.kind === 'user' ? body.content.map((block) => String(block.content ?? block.text)) : [],
  );
  return { ended: scene.gateway.state.ended, heard: heard.join('\n') };
}

describe('a document', () => {
  it('is mended after a refusal without being written again', async () => {
    const wrong = { ...document, requirements: [{ ...requirement, ears: 'optional' }] };
    const { ended, heard } = await analyse([
      calls(use('submit_requirements', wrong)),
      amend([{ at: '/requirements/0/ears', value: 'event' }]),
    ]);
    expect(heard).toContain('must be mended: /requirements/0/ears');
    expect(ended).toEqual({ type: 'document', body: document });
  });

  it('is mended where it did not fit its schema, by the pointer that was told', async () => {
    const { ended, heard } = await analyse([
      calls(
        use('submit_requirements', { ...document, requirements: [{ ...requirement, priority: 'high' }] }),
      ),
      amend([{ at: '/requirements/0/nowhere/x', value: 1 }], 'a1'),
      amend([{ at: '/requirements/0/priority', value: 'must' }], 'a2'),
    ]);
    expect(heard).toContain('- /requirements/0/priority: ');
    expect(heard).toContain('/requirements/0/nowhere/x leads to nothing in it.');
    expect(ended).toEqual({ type: 'document', body: document });
  });

  it('that is to be improved needs no more than what changes', async () => {
    const { ended } = await analyse(
      [amend([{ at: '/assumptions/-', value: 'A day is 24 hours.' }])],
      document,
    );
    expect(ended).toEqual({ type: 'document', body: { ...document, assumptions: ['A day is 24 hours.'] } });
  });

  it('cannot be amended before there is one', async () => {
    const { ended, heard } = await analyse([
      amend([{ at: '/assumptions/-', value: 'x' }]),
      calls(use('submit_requirements', document)),
    ]);
    expect(heard).toContain('Nothing was handed in yet: use submit_requirements.');
    expect(ended).toEqual({ type: 'document', body: document });
  });
});
