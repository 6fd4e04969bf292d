/** submit_diagnosis: how a diagnostic run hands in what it found. */
import { Diagnosis } from '#core/discovery/diagnosis.ts';
import type { Gateway } from '../gateway.ts';
import { defineTool, type Tool } from './tool.ts';

export function submitDiagnosisTool(gateway: Gateway): Tool {
  return defineTool({
    name: 'submit_diagnosis',
    changes: 'nothing',
    description:
      'Hands in the diagnosis. It is shown to the people of the ticket; your work is done with it.',
    input: Diagnosis,
    run: async (diagnosis) => {
      await gateway.diagnosis(diagnosis);
      return { outcome: { type: 'submitted' } };
    },
  });
}
