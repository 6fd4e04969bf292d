import { expect, test } from 'vitest';
import { modelOf, models, priceOf } from '#core/agent/models.ts';

test('a model is found by its id and by a dated variant of it', () => {
  for (const model of models) {
    expect(modelOf(model.id)).toBe(model);
    expect(modelOf(`${model.id}-20261101`)).toBe(model);
  }
});

test('a longer name that only begins alike is another model', () => {
  expect(models).not.toContain(modelOf(`${models[0].id}x`));
});

test('an unknown model is charged at least what the dearest known one costs', () => {
  const unknown = modelOf('somebody-elses-model').price;
  for (const { price, longPrompt } of models) {
    for (const sheet of longPrompt ? [price, longPrompt.price] : [price]) {
      expect(unknown.input).toBeGreaterThanOrEqual(sheet.input);
      expect(unknown.output).toBeGreaterThanOrEqual(sheet.output);
      expect(unknown.cacheRead).toBeGreaterThanOrEqual(sheet.cacheRead);
      expect(unknown.cacheWrite).toBeGreaterThanOrEqual(sheet.cacheWrite);
    }
  }
});

test('the price of a long prompt holds only above its bound', () => {
  for (const model of models) {
    const { longPrompt, price } = model;
    expect(priceOf(model, 1)).toBe(price);
    if (!longPrompt) continue;
    expect(priceOf(model, longPrompt.above)).toBe(price);
    expect(priceOf(model, longPrompt.above + 1)).toBe(longPrompt.price);
  }
});

test('ids on the list are distinct, and no answer is larger than the window', () => {
  expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
  for (const { maxOutput, window } of models) expect(maxOutput).toBeLessThan(window);
});

test('prices have at most the three decimals that sums are exact for', () => {
  for (const { price, longPrompt } of models) {
    for (const sheet of longPrompt ? [price, longPrompt.price] : [price])
      for (const usd of Object.values(sheet)) expect(Number(usd.toFixed(3))).toBe(usd);
  }
});
