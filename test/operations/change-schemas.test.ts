// What a schema that is added to a tenant must not do: change the spelling of names, or make too many attributes unique.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();

beforeAll(() => client.createTenant());

describe('a schema that comes again', () => {
  const urn = 'urn:veldt:Again';
  const withAttributes = (id: string, ...attributes: object[]) => ({ id, name: 'Again', attributes });
  const person = { name: 'person', type: 'complex', subAttributes: [{ name: 'value' }] };

  beforeAll(() => addSchema(client.incarnation, withAttributes(urn, { name: 'plate' }, person)));

  test.each<[string, object]>([
    ['its URN', withAttributes('urn:Veldt:again', { name: 'plate' })],
    ['an attribute', withAttributes(urn, { name: 'Plate' })],
    ['a sub-attribute', withAttributes(urn, { ...person, subAttributes: [{ name: 'Value' }] })],
  ])('cannot spell %s in another way, because values are stored', async (_, schema) => {
    await expect(addSchema(client.incarnation, schema)).rejects.toThrow(/cannot be spelt/);
  });

  test('may leave attributes out and bring new ones', async () => {
    await addSchema(client.incarnation, withAttributes(urn, { name: 'Door' }, { name: 'plate' }));
  });
});

describe('unique attributes', () => {
  const wide = (unique: number) => ({
    schema: {
      id: 'urn:veldt:Wide',
      name: 'Wide',
      attributes: Array.from({ length: unique }, (_, n) => ({ name: `a${n}`, uniqueness: 'server' })),
    },
    resourceType: { name: 'Wide', endpoint: '/Wides' },
  });
  const values = (prefix: string) => ({
    schemas: ['urn:veldt:Wide'],
    ...Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`a${n}`, `${prefix}${n}`])),
  });

  test('are 25 of a type at most: all of them change in one transaction', async () => {
    const wideClient = new ScimClient();
    await wideClient.createTenant();
    await expect(addSchema(wideClient.incarnation, wide(26))).rejects.toThrow(/more than 25 unique/);
    await addSchema(wideClient.incarnation, wide(25));
    const { body } = await wideClient.post('/Wides', values('before'));
    expect(await wideClient.put(`/Wides/${body.id}`, values('after'))).toMatchObject({ status: 200 });
  });

  test('of all extensions count together, with those of the type itself', async () => {
    const schema = { ...wide(25).schema, id: 'urn:veldt:More' };
    await expect(addSchema(client.incarnation, schema)).rejects.toThrow(/User would have more than 25/);
  });
});
