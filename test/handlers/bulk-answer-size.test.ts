// The largest answers to a bulk request: they repeat what the client sent, in up to four times the bytes, which must stay within
// what a function may answer.

import { beforeAll, expect, test } from '@jest/globals';
import { MAX_BODY_BYTES } from '../../lambdas/scim/limits.ts';
import { ScimClient } from '../support/scim-client.ts';

const LAMBDA_BYTES = 6_291_556;
const client = new ScimClient();
beforeAll(() => client.open());

test.each<[string, string, (text: string) => object]>([
  ['an id that is escaped in the location', '<', (id) => ({ method: 'PUT', path: `/Users/${id}`, data: {} })],
  ['a path of quotation marks', '"', (name) => ({ method: 'PUT', path: `/${name}/1`, data: {} })],
  [
    'a reference to nothing, which is quoted twice',
    '"',
    (id) => ({
      method: 'POST',
      bulkId: 'b',
      path: '/Groups',
      data: { members: [{ value: `bulkId:${id}` }] },
    }),
  ],
  [
    'a bulkId of control characters',
    '\u0001',
    (bulkId) => ({ method: 'POST', bulkId, path: '/Users', data: {} }),
  ],
  ['an unknown method', '"', (method) => ({ method, path: '/Users' })],
])('%s fits into the answer of a function (S2.4)', async (_, unit, operationOf) => {
  const bodyOf = (length: number) => JSON.stringify({ Operations: [operationOf(unit.repeat(length))] });
  const space = MAX_BODY_BYTES - bodyOf(0).length;
  const body = bodyOf(Math.floor(space / (bodyOf(1).length - bodyOf(0).length)));
  const result = await client.exchange('POST', '/Bulk', { body });
  const [{ status }] = JSON.parse(result.body).Operations;
  expect([result.statusCode, status]).toEqual([200, expect.stringMatching(/^4/)]);
  const bytes = Buffer.byteLength(JSON.stringify(result));
  expect(bytes).toBeGreaterThan(MAX_BODY_BYTES);
  expect(bytes).toBeLessThanOrEqual(LAMBDA_BYTES);
});
