import { describe, expect, test } from '@jest/globals';
import { checkIfMatch, etag, isNotModified } from '../../lambdas/scim/version.ts';

test('an entity tag is weak', () => {
  expect(etag(3)).toBe('W/"3"');
});

describe('conditions on version 3', () => {
  test.each([
    ['W/"3"', true],
    ['"3"', true],
    ['*', true],
    [' * ', true],
    ['W/"1", W/"3"', true],
    ['"1","3"', true],
    ['W/"30"', false],
    ['W/"1", "2"', false],
    ['3', false],
    ['"3', false],
    ['', false],
    ['"*"', false],
    ['"'.repeat(100_000), false],
  ])('%.20s lists it: %s', (header, listed) => {
    expect(isNotModified(header, 3)).toBe(listed);

    const refusal = expect.objectContaining({ status: 412, message: expect.stringContaining('W/"3"') });
    if (listed) {
      expect(() => checkIfMatch(header, 3)).not.toThrow();
    } else {
      expect(() => checkIfMatch(header, 3)).toThrow(refusal);
    }
  });

  test('a request without them is unconditional', () => {
    expect(isNotModified(undefined, 3)).toBe(false);
    expect(() => checkIfMatch(undefined, 3)).not.toThrow();
  });
});
