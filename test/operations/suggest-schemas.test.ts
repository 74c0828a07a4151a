// Schemas that are suggested from what clients sent without one.

import { expect, test } from '@jest/globals';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { suggestSchemas } from '../../lambdas/operations/suggest-schemas.ts';
import { ScimClient } from '../support/scim-client.ts';

const BADGE = 'urn:acme:scim:Badge:2.0:User';

test('schema suggest has every undeclared extension, and schema add takes it as it is (S3.6)', async () => {
  const client = new ScimClient();
  const tenant = await client.createTenant();
  expect(await suggestSchemas(tenant)).toEqual([]);
  const { body } = await client.post('/Users', {
    userName: 'a',
    [BADGE]: { number: '1', floor: 3, ratio: 1, on: true, since: '2026-01-02T03:04:05Z', mixed: 1 },
  });
  await client.post('/Users', {
    userName: 'b',
    [BADGE.toLowerCase()]: {
      NUMBER: '2',
      ratio: 0.5,
      mixed: 'x',
      tags: ['t'],
      doors: [{ zone: 'N', deep: {} }],
    },
  });
  await client.post('/Groups', { displayName: 'g', 'urn:acme:Team': { lead: 'x' } });
  const suggested = await suggestSchemas(tenant);
  const badge = suggested.find(({ extends: extended }) => extended === 'User');
  expect(badge?.schema.name).toMatch(/^badge$/i);
  const attributes = badge?.schema.attributes.map((one) => ({ ...one, name: one.name.toLowerCase() }));
  expect(attributes?.sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
    { name: 'doors', type: 'complex', multiValued: true, subAttributes: [{ name: 'zone', type: 'string' }] },
    { name: 'floor', type: 'integer' },
    { name: 'mixed', type: 'string' },
    { name: 'number', type: 'string' },
    { name: 'on', type: 'boolean' },
    { name: 'ratio', type: 'decimal' },
    { name: 'since', type: 'dateTime' },
    { name: 'tags', type: 'string', multiValued: true },
  ]);
  expect(suggested.find(({ extends: extended }) => extended === 'Group')).toEqual({
    schema: { id: 'urn:acme:Team', name: 'Team', attributes: [{ name: 'lead', type: 'string' }] },
    extends: 'Group',
  });
  for (const one of suggested) await addSchema(tenant, JSON.parse(JSON.stringify(one)));
  expect(await suggestSchemas(tenant)).toEqual([]);
  const { body: shown } = await client.get(`/Users/${body.id}`);
  const id = badge?.schema.id ?? '';
  expect(shown.schemas).toContain(id);
  expect(Object.keys(shown[id] as object)).toHaveLength(6);
});
