import { expect, it } from 'vitest';
import { forecast } from '#core/cost/forecast.ts';

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
