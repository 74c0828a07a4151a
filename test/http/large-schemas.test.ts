// The list of a tenant's schemas, when these are larger than an answer may be.

import { beforeAll, expect, jest, test } from '@jest/globals';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { ScimClient } from '../support/scim-client.ts';

jest.setTimeout(60_000);

const LAMBDA_BYTES = 6_291_556;
const client = new ScimClient();
const urnAt = (n: number): string => `urn:ietf:params:scim:schemas:extension:large${n}:2.0:User`;

/** Each has 48,000 quotation marks, of four bytes each in the answer of a function. */
const SCHEMAS = 34;

beforeAll(async () => {
  await client.createTenant();
  for (let n = 0; n < SCHEMAS; n++) {
    await addSchema(client.incarnation, {
      extends: 'User',
      schema: {
        id: urnAt(n),
        name: `Large${n}`,
        attributes: [{ name: `large${n}`, description: '"'.repeat(48_000) }],
      },
    });
  }
});

test('a list of schemas that does not fit into an answer is refused, with the way to each of them (S2.4)', async () => {
  const result = await client.exchange('GET', '/Schemas');
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(LAMBDA_BYTES);
  const { scimType, detail } = JSON.parse(result.body);
  expect([result.statusCode, scimType]).toEqual([400, 'tooMany']);
  expect(detail).toContain('/Schemas/{id}');
  expect((await client.get(`/Schemas/${urnAt(SCHEMAS - 1)}`)).body.id).toBe(urnAt(SCHEMAS - 1));
  expect((await client.get('/ResourceTypes')).status).toBe(200);
});
