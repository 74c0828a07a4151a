import { describe, expect, test } from '@jest/globals';
import { listResponse } from '../../../lambdas/scim/query/list-response.ts';

const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];

describe('a ListResponse', () => {
  test('that finds nothing still has its Resources', () => {
    expect(listResponse({ resources: [], totalResults: 0, startIndex: 1 })).toEqual({
      schemas,
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  test('counts the page and echoes where it starts', () => {
    expect(
      listResponse({ resources: [{ id: '1' }, { id: '2' }], totalResults: 9, startIndex: 3 }),
    ).toMatchObject({
      totalResults: 9,
      startIndex: 3,
      itemsPerPage: 2,
    });
  });

  test('of a cursor has cursors instead of an index (RFC 9865 §2)', () => {
    expect(listResponse({ resources: [], totalResults: 9, nextCursor: 'n', previousCursor: 'p' })).toEqual({
      schemas,
      totalResults: 9,
      itemsPerPage: 0,
      nextCursor: 'n',
      previousCursor: 'p',
      Resources: [],
    });
  });
});
