/** What a tool is, and what its call may come to. */
import { z } from 'zod';
import type { Observation } from '../loop/blocks.ts';
import type { Outcome } from '../loop/outcome.ts';

/** A call either is observed, or ends the run. */
export type ToolAnswer = { readonly observed: Observation } | { readonly outcome: Outcome };

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the input. */
  readonly schema: Record<string, unknown>;
  /**
   * What a call may change in the sandbox: nothing, the file that it is told to, or (a command) anything. Decides what
   * is saved after it, and what is repeated when the sandbox was lost in the middle.
   */
  readonly changes: 'nothing' | 'files' | 'anything';
  /** Checks the input and runs. Input that does not fit is an answer in words, not an error. */
  call(input: unknown, id: string): Promise<ToolAnswer>;
}

interface ToolDefinition<T extends z.ZodType> {
  readonly name: string;
  readonly description: string;
  readonly input: T;
  readonly changes: Tool['changes'];
  /** `id` is that of the call. */
  run(input: z.infer<T>, id: string): Promise<ToolAnswer>;
}

/** Begins every answer to a call that could not be understood; so the journal tells how many came in a row. */
export const formatErrorMark = 'Format error: ';

export function defineTool<T extends z.ZodType>(definition: ToolDefinition<T>): Tool {
  const { $schema: _, ...schema } = z.toJSONSchema(definition.input, { io: 'input' });
  return {
    name: definition.name,
    description: definition.description,
    schema,
    changes: definition.changes,
    async call(input, id) {
      const parsed = definition.input.safeParse(input);
      if (parsed.success) return definition.run(parsed.data, id);
      return refused(
        `${formatErrorMark}the input of ${definition.name} does not fit.\n${issuesOf(parsed.error)}`,
      );
    },
  };
}

/** Twenty say enough; a document that is wrong all over would fill the context. */
const maxIssues = 20;

function issuesOf(error: z.ZodError): string {
  const lines = error.issues.map(
    // As a JSON Pointer, which amend takes.
    ({ path, message }) => `- ${path.length > 0 ? `/${path.join('/')}` : 'input'}: ${message}`,
  );
  const more = lines.length - maxIssues;
  return lines.slice(0, maxIssues).join('\n') + (more > 0 ? `\n… and ${more} more` : '');
}

export function observed(text: string): ToolAnswer {
  return { observed: { text, isError: false } };
}

export function refused(text: string): ToolAnswer {
  return { observed: { text, isError: true } };
}
