/** Fields of forms: a label for each, the hint and what is wrong tied to it. */
import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly children: (props: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
}

export function Field({ label, hint, error = null, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint`, 'aria-invalid': error !== null })}
      <p id={`${id}-hint`} className={error === null ? 'hint' : 'hint bad'}>
        {error ?? hint ?? ''}
      </p>
    </div>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | null;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly mono?: boolean;
  /** Typed unseen, and kept out of the browser's memory. */
  readonly secret?: boolean;
  readonly lines?: number;
  readonly autoFocus?: boolean;
}

export function TextField({
  label,
  value,
  onChange,
  hint,
  error,
  lines,
  mono = false,
  secret = false,
  ...rest
}: TextProps) {
  const common = {
    ...rest,
    value,
    spellCheck: !mono,
    className: mono ? 'mono' : '',
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  };
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error ?? null}>
      {(props) =>
        lines === undefined ? (
          <input
            type={secret ? 'password' : 'text'}
            autoComplete={secret ? 'new-password' : 'off'}
            {...common}
            {...props}
          />
        ) : (
          <textarea rows={lines} {...common} {...props} />
        )
      }
    </Field>
  );
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly onChange: (value: T) => void;
  readonly hint?: string;
  readonly error?: string | null;
}

export function SelectField<T extends string>({
  label,
  value,
  options,
  onChange,
  hint,
  error = null,
}: SelectProps<T>) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(props) => (
        <select
          {...props}
          value={value}
          onChange={({ target }) => {
            const chosen = options.find(([option]) => option === target.value);
            if (chosen !== undefined) onChange(chosen[0]);
          }}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
