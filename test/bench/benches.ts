/** Every bench there is, the quick ones first. */
import type { Bench } from './figure.ts';
import { journal } from './journal.ts';
import { states } from './states.ts';

export const benches: readonly Bench[] = [states, journal];
