// Replays filters.json: every filter of RFC 7644's own examples, of Entra, and of the rules we decided.

import { describe, expect, test } from '@jest/globals';
import { parseFilter } from '../../lambdas/scim/filter/filter.ts';
import { matches } from '../../lambdas/scim/filter/match.ts';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';
import vectors from './filters.json' with { type: 'json' };

const resources: Record<string, JsonObject> = vectors.resources;

describe('a filter finds exactly the resources it describes', () => {
  test.each(vectors.matches)('$rule: $filter', ({ filter, finds }) => {
    const parsed = parseFilter(filter, userType);

    const found = Object.keys(resources).filter((name) => matches(parsed, resources[name] ?? {}));

    expect(found).toEqual(finds);
  });
});

describe('a filter that cannot be answered is refused with its place and the way out', () => {
  test.each(vectors.refusals)('$rule: $filter', ({ filter, detail }) => {
    const parse = () => parseFilter(filter, userType);

    expect(parse).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidFilter', message: detail }),
    );
  });
});
