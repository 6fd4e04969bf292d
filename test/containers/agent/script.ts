/** A run that is played from a script of the model's answers, in a real harness with a real gateway around it. */
import { afterEach } from 'vitest';
import { type Answer, calls, type Said, use } from './model.ts';
import { openScene, type SandboxScene } from './scene.ts';

export const submit = use(
  'submit_work',
  { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: 'test' }] },
  'submit',
);
export const make = (name: string): Said =>
  calls(use('write', { path: name, content: `${name}\n` }, `make-${name}`));
export const over: Answer = {
  status: 400,
  error: { type: 'invalid_request_error', message: 'the script is over' },
};

export type Files = Readonly<Record<string, string>>;
export type Options = Partial<Parameters<typeof openScene>[1]>;

/** One scene at a time; the last one is closed with the test. */
export function scripted() {
  let scene: SandboxScene;
  const close = () => scene.close();
  afterEach(close);
  const open = async (
    script: readonly Answer[],
    options: Options = {},
    files: Files = { 'a.txt': 'a\n' },
  ) => {
    scene = await openScene(files, { model: ({ call }) => script[call - 1] ?? over, ...options });
    return scene;
  };
  return {
    open,
    close,
    run: async (script: readonly Answer[], options: Options = {}, files?: Files) => {
      await (await open(script, options, files)).attempt();
      return scene.gateway.state;
    },
    /** What was said to the model, in order. */
    heard: () =>
      scene.gateway.state.journal.flatMap(({ body }) =>
        body.kind === 'user' ? body.content.map((block) => String(block.content ?? block.text)) : [],
      ),
  };
}
