import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../lambdas/scim/json.ts';
import { compareBy, type SortOrder } from '../../../lambdas/scim/query/sort.ts';
import { type AttributePath, resolvePath } from '../../../lambdas/scim/schemas/attribute-path.ts';
import { userType } from '../../../lambdas/scim/schemas/resource-types.ts';

const sorted = (resources: readonly JsonObject[], sortBy: string, order: SortOrder) => {
  const path = resolvePath(sortBy, userType) as AttributePath;
  return resources.toSorted(compareBy(path, order)).map(({ id }) => id);
};

const withValues = (name: string, values: Record<string, JsonObject[string]>): JsonObject[] =>
  Object.entries(values).map(([id, value]) => (value === null ? { id } : { id, [name]: value }));

describe('RFC 7644 §3.4.2.3', () => {
  test.each<[rule: string, resources: JsonObject[], sortBy: string, ascending: string[]]>([
    [
      'text of inexact case',
      withValues('userName', { c: 'Cid', a: 'ada', b: 'BOB' }),
      'userName',
      ['a', 'b', 'c'],
    ],
    [
      'text of exact case',
      withValues('externalId', { b: 'a', a: 'B', c: 'c' }),
      'externalId',
      ['a', 'b', 'c'],
    ],
    ['booleans', withValues('active', { t: true, f: false }), 'active', ['f', 't']],
    [
      'times as instants',
      withValues('meta', {
        late: { lastModified: '2026-01-01T00:00:00Z' },
        early: { lastModified: '2026-01-01T00:30:00+01:00' },
      }),
      'meta.lastModified',
      ['early', 'late'],
    ],
    ['absent values last', withValues('title', { none: null, b: 'b', a: 'a' }), 'title', ['a', 'b', 'none']],
    [
      'the primary value of a list, else its first',
      withValues('emails', {
        primary: [{ value: 'z' }, { value: 'b', primary: true }],
        first: [{ value: 'c' }, { value: 'a', primary: false }],
        empty: [],
        only: [{ value: 'a' }],
      }),
      'emails.value',
      ['only', 'primary', 'first', 'empty'],
    ],
    [
      'attributes of an extension',
      [
        { id: 'b', [userType.schemaExtensions[0]?.schema.id ?? '']: { department: 'Z' } },
        { id: 'a', [userType.schemaExtensions[0]?.schema.id ?? '']: { department: 'a' } },
      ],
      'department',
      ['a', 'b'],
    ],
  ])('%s', (_, resources, sortBy, ascending) => {
    expect(sorted(resources, sortBy, 'ascending')).toEqual(ascending);
    expect(sorted(resources, sortBy, 'descending')).toEqual(ascending.toReversed());
  });

  test('equal values keep their order', () => {
    const resources = withValues('title', { one: 'X', two: 'x', three: 'X' });

    expect(sorted(resources, 'title', 'ascending')).toEqual(['one', 'two', 'three']);
    expect(sorted(resources, 'title', 'descending')).toEqual(['one', 'two', 'three']);
  });
});
