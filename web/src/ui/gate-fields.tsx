import type { ProjectView } from '#core/api/views.ts';
import { SelectField } from './field.tsx';

export type Gates = ProjectView['gates'];

const phases = [
  ['explore', 'Exploration'],
  ['requirements', 'Requirements'],
  ['design', 'Design'],
  ['tasks', 'Task plan'],
] as const satisfies readonly (readonly [keyof Gates, string])[];

const modes = [
  ['human', 'You decide'],
  ['auto', 'Evaluator decides'],
  ['off', 'No gate'],
] as const satisfies readonly (readonly [Gates['explore'], string])[];

/** Who decides after each phase. */
export function GateFields({
  gates,
  onChange,
}: {
  readonly gates: Gates;
  readonly onChange: (gates: Gates) => void;
}) {
  return (
    <fieldset className="gates">
      <legend>Gates</legend>
      {phases.map(([phase, label]) => (
        <SelectField
          key={phase}
          label={label}
          value={gates[phase]}
          options={modes}
          onChange={(mode) => onChange({ ...gates, [phase]: mode })}
        />
      ))}
    </fieldset>
  );
}
