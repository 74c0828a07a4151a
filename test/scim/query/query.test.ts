import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../lambdas/scim/json.ts';
import { wants } from '../../../lambdas/scim/query/projection.ts';
import { parseQuery, parseSearchRequest, SEARCH_REQUEST_SCHEMA } from '../../../lambdas/scim/query/query.ts';
import { groupType, userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { attribute, type ResourceType } from '../../../lambdas/scim/schemas/schema.ts';

describe('the parameters of a GET', () => {
  test('without parameters a list starts at 1, ascending, unfiltered', () => {
    expect(parseQuery({}, userType)).toMatchObject({
      filter: undefined,
      startIndex: 1,
      count: undefined,
      cursor: undefined,
      sortBy: undefined,
      sortOrder: 'ascending',
    });
  });

  test('names compare without case', () => {
    const parameters = {
      FILTER: 'title pr',
      startindex: '3',
      COUNT: '7',
      SortBy: 'title',
      sortorder: 'DESCENDING',
    };

    expect(parseQuery(parameters, userType)).toMatchObject({
      filter: { kind: 'present' },
      startIndex: 3,
      count: 7,
      sortBy: { attribute: { name: 'title' } },
      sortOrder: 'descending',
    });
  });

  test("Entra's flag and other unknown parameters are ignored", () => {
    expect(() =>
      parseQuery(
        new Map([
          ['aadOptscim062020', ''],
          ['x', '1'],
        ]),
        userType,
      ),
    ).not.toThrow();
  });

  test.each([
    ['startIndex', '0', { startIndex: 1 }],
    ['startIndex', '-5', { startIndex: 1 }],
    ['startIndex', ' 2 ', { startIndex: 2 }],
    ['startIndex', '9'.repeat(400), { startIndex: Number.MAX_SAFE_INTEGER }],
    ['count', '-1', { count: 0 }],
    ['count', '0', { count: 0 }],
    ['cursor', '', { cursor: '' }],
    ['cursor', 'abc', { cursor: 'abc' }],
    ['sortBy', '', { sortBy: undefined }],
    ['sortOrder', '', { sortOrder: 'ascending' }],
    ['sortBy', 'emails', { sortBy: { attribute: { name: 'emails' }, subAttribute: { name: 'value' } } }],
  ])('%s=%s', (name, value, expected) => {
    expect(parseQuery({ [name]: value }, userType)).toMatchObject(expected);
  });

  test.each([
    ['startIndex', 'one', 'invalidValue'],
    ['startIndex', '1.5', 'invalidValue'],
    ['startIndex', '', 'invalidValue'],
    ['count', '1e3', 'invalidValue'],
    ['count', '0x10', 'invalidValue'],
    ['sortBy', 'shoeSize', 'invalidValue'],
    ['sortBy', 'name', 'invalidValue'],
    ['sortOrder', 'random', 'invalidValue'],
    ['filter', '', 'invalidFilter'],
    ['filter', 'shoeSize eq 42', 'invalidFilter'],
  ])('%s=%s is refused with %s', (name, value, scimType) => {
    const parse = () => parseQuery({ [name]: value }, userType);

    expect(parse).toThrow(
      expect.objectContaining({ status: 400, scimType, message: expect.stringContaining(name) }),
    );
  });

  test('a count that is no number beside a cursor is an invalidCount (RFC 9865 §2)', () => {
    expect(() => parseQuery({ cursor: '', count: 'x' }, userType)).toThrow(
      expect.objectContaining({ scimType: 'invalidCount' }),
    );
  });

  test('a list is not sorted by an attribute that is never returned', () => {
    const pin = attribute('pin', 'A secret.', { returned: 'never' });
    const secretive: ResourceType = { ...userType, schema: { ...userType.schema, attributes: [pin] } };

    expect(() => parseQuery({ sortBy: 'pin' }, secretive)).toThrow('can be written but not read');
  });

  test('excludedAttributes=members shows no members', () => {
    expect(wants(parseQuery({ excludedAttributes: 'members' }, groupType).projection, 'members')).toBe(false);
  });
});

describe('a SearchRequest', () => {
  const search = (body: JsonObject) =>
    parseSearchRequest({ schemas: [SEARCH_REQUEST_SCHEMA], ...body }, groupType);

  test('has the same members, with the types of JSON', () => {
    const query = search({
      Attributes: ['displayName'],
      filter: 'displayName sw "a"',
      startIndex: 11,
      count: 10,
      sortBy: 'displayName',
      sortOrder: 'descending',
    });

    expect(query).toMatchObject({
      filter: { operator: 'sw' },
      startIndex: 11,
      count: 10,
      sortOrder: 'descending',
    });
    expect(wants(query.projection, 'members')).toBe(false);
  });

  test('null is no value', () => {
    expect(search({ filter: null, count: null, startIndex: null })).toMatchObject({ startIndex: 1 });
  });

  test.each<[body: JsonObject, scimType: string]>([
    [{ schemas: [] }, 'invalidSyntax'],
    [{ schemas: 'x' }, 'invalidSyntax'],
    [{ schemas: null }, 'invalidSyntax'],
    [{ filter: 7 }, 'invalidFilter'],
    [{ filter: '' }, 'invalidFilter'],
    [{ startIndex: 1.5 }, 'invalidValue'],
    [{ count: true }, 'invalidValue'],
    [{ count: [] }, 'invalidValue'],
    [{ cursor: 1 }, 'invalidValue'],
    [{ sortBy: {} }, 'invalidValue'],
    [{ sortOrder: 1 }, 'invalidValue'],
    [{ attributes: 1 }, 'invalidValue'],
    [{ attributes: ['id', 1] }, 'invalidValue'],
    [{ excludedAttributes: {} }, 'invalidValue'],
  ])('%j is refused with %s', (body, scimType) => {
    expect(() => search(body)).toThrow(expect.objectContaining({ status: 400, scimType }));
  });
});
