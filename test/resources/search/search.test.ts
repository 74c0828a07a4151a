// Searches beyond what Entra sends: across all types, by cursor, sorted.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { filterBy, ScimClient } from '../../support/scim-client.ts';

const client = new ScimClient();
const SEARCH = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
const search = (more: object) => client.post('/.search', { schemas: SEARCH, ...more });
const names = (resources: readonly { readonly [name: string]: unknown }[]) =>
  resources.map((resource) => resource.displayName);

beforeAll(async () => {
  for (const name of ['a', 'b', 'c']) {
    await client.post('/Users', { userName: `${name}@veldt.example`, displayName: name });
    await client.post('/Groups', { displayName: name });
  }
});

describe('a search over all types', () => {
  test('finds users and groups, page by page', async () => {
    const { status, body } = await search({ filter: 'displayName ge "b"', attributes: ['displayName'] });
    expect(status).toBe(200);
    expect(body.totalResults).toBe(4);
    expect(names(body.Resources).sort()).toEqual(['b', 'b', 'c', 'c']);
    const seen = [];
    for (let startIndex = 1; startIndex <= 6; startIndex += 2) {
      const page = await search({ startIndex, count: 2 });
      expect(page.body).toMatchObject({ totalResults: 6, startIndex, itemsPerPage: 2 });
      seen.push(...page.body.Resources.map(({ id }) => id));
    }
    expect(new Set(seen).size).toBe(6);
  });

  test('has no match in a type without the attribute, and is refused when no type has it', async () => {
    expect((await search({ filter: 'userName sw "a"' })).body.totalResults).toBe(1);
    const { status, body } = await search({ filter: 'shoeSize gt 3' });
    expect([status, body.scimType]).toEqual([400, 'invalidFilter']);
  });
});

describe('a list by cursor', () => {
  const walk = async (query: string) => {
    const seen: unknown[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { status, body } = await client.get(`/Users?${query}&cursor=${encodeURIComponent(cursor)}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ totalResults: 3 });
      expect(body).not.toHaveProperty('startIndex');
      seen.push(...names(body.Resources));
      cursor = body.nextCursor as string | undefined;
    }
    return seen;
  };

  test.each(['count=1', 'count=2', 'count=3', 'count=100'])('with %s shows everybody once', async (query) => {
    expect((await walk(query)).sort()).toEqual(['a', 'b', 'c']);
  });

  test('is filtered and sorted like any other', async () => {
    const query = 'count=1&sortBy=displayName&sortOrder=descending&filter=active%20eq%20true';
    expect(await walk(query)).toEqual(['c', 'b', 'a']);
  });

  test.each(['x', 'AAAA', 'W10', btoa('[9999999999999,3,{}]'), btoa('[9999999999999,3,7]')])(
    'refuses the cursor %s',
    async (cursor) => {
      const { status, body } = await client.get(`/Users?cursor=${encodeURIComponent(cursor)}`);
      expect([status, body.scimType]).toEqual([400, 'invalidCursor']);
    },
  );

  test('refuses a cursor that is too old', async () => {
    const { status, body } = await client.get(`/Users?cursor=${btoa('[1,3,"x"]')}`);
    expect([status, body.scimType]).toEqual([400, 'expiredCursor']);
  });
});

test('a filter that no index answers is evaluated over everybody', async () => {
  const { body } = await client.get(`/Users${filterBy('not (displayName eq "a") and active eq true')}`);
  expect(names(body.Resources).sort()).toEqual(['b', 'c']);
});
