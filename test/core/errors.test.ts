import { expect, it } from 'vitest';
import * as errors from '#core/errors.ts';

const { DomainError: _, ...classes } = errors;

it.each(Object.entries(classes))(
  '%s says its name without its class, by which state machines retry',
  (name, One) => {
    // as a minified bundle has it
    const Minified = class extends (One as typeof errors.NotFound) {};
    expect(new Minified('The row moved.').name).toBe(name);
    expect(String(new Minified('The row moved.'))).toBe(`${name}: The row moved.`);
  },
);
