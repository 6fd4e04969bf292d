/** submit_<document> and amend: how a document is handed in, whole or as changes of what was handed in before. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StepBody } from '#core/run/step.ts';
import { type DocumentKind, documentSchemas } from '#core/spec/document.ts';
import type { Gateway } from '../gateway.ts';
import { toolUses } from '../loop/blocks.ts';
import { amended } from './pointer.ts';
import { defineTool, refused, type Tool } from './tool.ts';

/** After so many refusals it is handed in as it is: a fresh run with the same findings does better than a fourth try here. */
const maxRefusals = 3;

const Amendment = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        at: z
          .string()
          .max(500)
          .describe('Where, as in what you were told: /requirements/2/text; /requirements/- adds one'),
        value: z.unknown().optional().describe('What stands there from now on; left out, it is taken away'),
      }),
    )
    .min(1)
    .max(100),
});

export interface DocumentOptions {
  readonly gateway: Gateway;
  readonly kind: DocumentKind;
  readonly workspace: string;
  /** The version that this run improves on; null for the first. */
  readonly previous: unknown;
  /** What the run has said so far, when it goes on in another sandbox. */
  readonly journal: readonly StepBody[];
}

/** Both tools share what was handed in last. */
export function documentTools({ gateway, kind, workspace, previous, journal }: DocumentOptions): Tool[] {
  const name = `submit_${kind}`;
  let last: unknown = lastOf(journal, name) ?? previous ?? undefined;
  let refusals = 0;
  const whole = defineTool({
    name,
    changes: 'nothing',
    description: `Hands in the ${kind}. If it breaks a rule you are told which; mend it with amend. When it is accepted your work is done.`,
    input: documentSchemas[kind],
    run: async (body) => {
      const missing =
        kind === 'exploration' && refusals < maxRefusals ? await missingFiles(body, workspace) : [];
      if (missing.length > 0) {
        refusals += 1;
        return refused(`Not accepted: keyFiles names what does not exist: ${missing.join(', ')}.`);
      }
      const reply = await gateway.document(body, refusals >= maxRefusals);
      if (reply.accepted) return { outcome: { type: 'submitted' } };
      refusals += 1;
      return refused(`Not accepted:\n${reply.errors.map((error) => `- ${error}`).join('\n')}`);
    },
  });
  const handIn = (body: unknown, id: string) => {
    last = body;
    return whole.call(body, id);
  };
  const part = defineTool({
    name: 'amend',
    changes: 'nothing',
    description: `Hands in the ${kind} as you handed it in last (or as it was given to you to improve) with these changes, made in their order, so that you need not write it again.`,
    input: Amendment,
    run: async ({ changes }, id) => {
      if (last === undefined) return refused(`Nothing was handed in yet: use ${name}.`);
      const result = amended(last, changes);
      return typeof result === 'string' ? refused(result) : handIn(result.body, id);
    },
  });
  return [{ ...whole, call: handIn }, part];
}

/** What the journal's calls add up to; undefined before the first. */
function lastOf(journal: readonly StepBody[], name: string): unknown {
  const calls = journal.flatMap((body) => (body.kind === 'assistant' ? toolUses(body.content) : []));
  return calls.reduce<unknown>((last, call) => {
    if (call.name === name) return call.input;
    const amendment = call.name === 'amend' ? Amendment.safeParse(call.input) : null;
    if (!amendment?.success || last === undefined) return last;
    const result = amended(last, amendment.data.changes);
    return typeof result === 'string' ? last : result.body;
  }, undefined);
}

/** Key files that everybody after the explorer would look for in vain. */
async function missingFiles(body: unknown, workspace: string): Promise<string[]> {
  const named = z.looseObject({ keyFiles: z.array(z.looseObject({ path: z.string() })) }).safeParse(body);
  if (!named.success) return [];
  const paths = named.data.keyFiles.map(({ path }) => path);
  const found = await Promise.all(paths.map((path) => lstat(join(workspace, path)).catch(() => null)));
  return paths.filter((_, index) => found[index] === null);
}
