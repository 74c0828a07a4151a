// The bytes of an answer, compared with what JSON.stringify makes of the answer of a function.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AnswerBudget, answerBytes } from '../../../lambdas/resources/limits/answer-budget.ts';
import type { JsonObject } from '../../../lambdas/scim/json.ts';

/** As Lambda counts it: the body is a text in the JSON that the function returns. */
const naiveBytes = (value: unknown): number =>
  Buffer.byteLength(JSON.stringify({ body: JSON.stringify(value) })) - '{"body":""}'.length;

const awkward = fc.string({
  unit: fc.constantFrom('"', '\\', '\n', '\u0001', '\u2028', 'é', '日', '😀', 'a'),
});

test('a value takes as many bytes as in the answer of a function (S2.4)', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }), awkward, (json, text) => {
      const value = { json, text } as JsonObject;
      expect(answerBytes(value)).toBe(naiveBytes(value));
    }),
  );
});

describe('what fits', () => {
  const lists = fc.record({
    parts: fc.array(fc.array(awkward, { minLength: 1, maxLength: 5 }), { maxLength: 12 }),
    max: fc.integer({ min: 0, max: 300 }),
    seed: fc.infiniteStream(fc.nat()),
  });

  test('is the longest run from the first resource on, in whatever order they are read (S2.4)', () => {
    fc.assert(
      fc.property(lists, ({ parts, max, seed }) => {
        const ids = parts.map((_, position) => `r${position}`);
        const budget = new AnswerBudget(ids, max);
        const unread = parts.flatMap((texts, position) =>
          texts.map((text) => ({ id: ids[position] ?? '', text })),
        );
        while (unread.length > 0) {
          const [next] = unread.splice(Number(seed.next().value) % unread.length, 1);
          if (next) budget.spend(next.id, next.text);
        }
        let [fitting, bytes] = [0, 0];
        for (const texts of parts) {
          bytes += 1 + texts.reduce((sum, text) => sum + naiveBytes(text) + 1, 0);
          if (bytes > max) break;
          fitting += 1;
        }
        expect(budget.fitting).toBe(fitting);
      }),
    );
  });

  test.each([
    [36, 6],
    [35, 5],
    [6, 1],
    [5, 0],
  ])('counts the byte of each resource itself, to the last one: of %i bytes, %i (S2.4)', (max, fitting) => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const budget = new AnswerBudget(ids, max);
    // A text takes its quotation marks, with a backslash each, and a comma.
    for (const id of ids) budget.spend(id, '');
    expect(budget.fitting).toBe(fitting);
  });

  test('is told to whoever reads on, so that nothing is read in vain (S2.4)', () => {
    const budget = new AnswerBudget(['first', 'second'], 100);
    expect(budget.spend('second', 'x'.repeat(60))).toBe(true);
    expect(budget.spend('first', 'x'.repeat(60))).toBe(true);
    expect(budget.spend('second', 'x')).toBe(false);
    expect(budget.spend('first', 'x')).toBe(true);
    expect(budget.fitting).toBe(1);
  });
});
