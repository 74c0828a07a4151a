// Answers that are as large as a function may give, and the refusal of larger ones.

import '../../support/own-table.ts';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openOwnTable } from '../../support/open-own-table.ts';
import { type Answer, ScimClient } from '../../support/scim-client.ts';

beforeAll(openOwnTable);

jest.setTimeout(120_000);

const LAMBDA_BYTES = 6_291_556;
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const client = new ScimClient();

/** What Lambda counts of the answer to a request. */
const bytesOf = async (...request: Parameters<ScimClient['exchange']>): Promise<number> =>
  Buffer.byteLength(JSON.stringify(await client.exchange(...request)));

/** The count that a refusal names. */
const countIn = ({ status, body }: Answer): number => {
  expect([status, body.scimType]).toEqual([400, 'tooMany']);
  return Number(/count=(\d+)/.exec(body.detail)?.[1]);
};

describe('people whose titles are all quotation marks', () => {
  const USERS = 60;
  let ids: readonly string[];
  beforeAll(async () => {
    const answers = [];
    for (let n = 0; n < USERS; n++)
      answers.push(await client.post('/Users', { userName: `quoted${n}`, title: '"\\'.repeat(15_000) }));
    ids = answers.map(({ body }) => body.id).sort();
  });

  test.each<[string, (count: number) => Parameters<ScimClient['exchange']>]>([
    ['a list', (count) => ['GET', `/Users?count=${count}`]],
    ['a filtered list', (count) => ['GET', `/Users?count=${count}&filter=title+pr`]],
    ['a search', (count) => ['POST', '/Users/.search', { body: { schemas: [SEARCH], count } }]],
    ['a search of everything', (count) => ['POST', '/.search', { body: { schemas: [SEARCH], count } }]],
  ])('%s by startIndex is refused with the count that fits, and one more does not (S2.4)', async (_, ask) => {
    const fitting = countIn(await client.send(...ask(USERS)));
    expect(fitting).toBeGreaterThan(10);
    expect((await client.send(...ask(fitting))).body.Resources).toHaveLength(fitting);
    const bytes = await bytesOf(...ask(fitting));
    expect(bytes).toBeLessThanOrEqual(LAMBDA_BYTES);
    expect(bytes + bytes / fitting).toBeGreaterThan(LAMBDA_BYTES - 70_000);
    expect(countIn(await client.send(...ask(fitting + 1)))).toBe(fitting);
  });

  test.each(['', '&filter=title+pr', '&sortBy=userName'])(
    'a list by cursor gets shorter pages, and everybody is on one of them (S2.4): %s',
    async (more) => {
      const met: string[] = [];
      let cursor: string | undefined = '';
      let pages = 0;
      while (cursor !== undefined) {
        const path: string = `/Users?count=${USERS}&cursor=${encodeURIComponent(cursor)}${more}`;
        const { status, body } = await client.get(path);
        expect(status).toBe(200);
        expect(await bytesOf('GET', path)).toBeLessThanOrEqual(LAMBDA_BYTES);
        expect(body.totalResults).toBe(USERS);
        met.push(...body.Resources.map(({ id }) => id));
        cursor = body.nextCursor as string | undefined;
        pages += 1;
      }
      expect(pages).toBeGreaterThan(1);
      expect(met.toSorted()).toEqual(ids);
    },
  );

  test('fit when their titles are not asked for (S2.4)', async () => {
    const { body } = await client.get(`/Users?count=${USERS}&attributes=userName`);
    expect(body.Resources).toHaveLength(USERS);
  });
});

describe('resources that are too large to be read together', () => {
  const large = new ScimClient();
  const USERS = 110;
  beforeAll(async () => {
    for (let n = 0; n < USERS; n++)
      await large.post('/Users', { userName: `large${n}`, title: 'x'.repeat(220_000) });
  });

  test('are refused by startIndex with the count that can be read, also when little of them is shown (S2.4)', async () => {
    const ask = (count: number) => large.get(`/Users?attributes=userName&count=${count}`);
    const fitting = countIn(await ask(USERS));
    expect(fitting).toBeGreaterThan(50);
    expect((await ask(fitting)).body.Resources).toHaveLength(fitting);
  });

  test('come by cursor in shorter pages (S2.4)', async () => {
    const first = await large.get(`/Users?attributes=userName&count=${USERS}&cursor=`);
    const second = await large.get(
      `/Users?attributes=userName&count=${USERS}&cursor=${encodeURIComponent(String(first.body.nextCursor))}`,
    );
    const met = [first, second].flatMap(({ body }) => body.Resources.map(({ id }) => id));
    expect(first.body.Resources.length).toBeLessThan(USERS);
    expect(new Set(met).size).toBe(USERS);
  });
});
