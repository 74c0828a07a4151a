import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { containsText } from '../../../lambdas/scim/filter/text-search.ts';

const filler = 'ab'.repeat(600_000);
const word = (maxLength: number) =>
  fc.array(fc.constantFrom('a', 'b'), { maxLength }).map((letters) => letters.join(''));

test('long text contains what String.includes says it contains', () => {
  const pattern = word(12).map((letters) => `${letters}aa`);
  fc.assert(
    fc.property(pattern, word(12), (wanted, middle) => {
      const text = `${filler}${middle}aa${filler}`;
      expect(containsText(text, wanted)).toBe(text.includes(wanted));
    }),
    { numRuns: 30 },
  );
});

test('a pattern that String.includes is slow at takes less than 250 ms of CPU', () => {
  const pattern = `${'a'.repeat(2000)}b${'a'.repeat(2000)}`;
  const start = process.cpuUsage();

  const found = containsText('a'.repeat(400_000), pattern);

  const { user, system } = process.cpuUsage(start);
  expect(found).toBe(false);
  expect((user + system) / 1000).toBeLessThan(250);
});
