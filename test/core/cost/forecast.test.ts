import { expect, it } from 'vitest';
import { accuracy, forecast } from '#core/cost/forecast.ts';

const base = { ceremony: 'full', phase: 'requirements', tasks: null, history: [] } as const;

it('grows with the size of the ticket and the number of its tasks', () => {
  const [direct, full, large] = [
    forecast({ ...base, ceremony: 'direct' }),
    forecast(base),
    forecast({ ...base, tasks: 20 }),
  ];
  expect(direct.p50Micros).toBeLessThan(full.p50Micros);
  expect(full.p50Micros).toBeLessThan(large.p50Micros);
  expect(full).toMatchObject({ basis: 'prior', p90Micros: full.p50Micros * 2.5 });
});

it('goes by what tickets did cost once there are five', () => {
  const four = forecast({ ...base, history: [1, 2, 3, 4] });
  expect(four.basis).toBe('prior');
  expect(forecast({ ...base, history: [50, 10, 40, 20, 30] })).toEqual({
    p50Micros: 30,
    p90Micros: 50,
    basis: 'history',
  });
});

it('is held against what tickets came to: off by a factor, in either direction, and above its bound or not', () => {
  const outcome = (spentMicros: number) => ({ p50Micros: 100, p90Micros: 250, spentMicros });
  expect(accuracy([])).toEqual({ tickets: 0, medianFactor: null, withinP90: null });
  expect(accuracy([outcome(0)]).tickets).toBe(0);
  const { tickets, medianFactor, withinP90 } = accuracy([50, 100, 400, 200].map(outcome));
  expect(tickets).toBe(4);
  expect(medianFactor).toBeCloseTo(2);
  expect(withinP90).toBe(0.75);
});
