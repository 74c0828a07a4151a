// Issue 18, first commit: attributes are returned in schema order, the same at every read.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { USER } from './support/scim-client.ts';

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterAll(() => run?.stop(), 30_000);

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The names of attributes and sub-attributes, in their order. */
const namesIn = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(namesIn)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([name, inner]) => [name, namesIn(inner)])
      : undefined;

test('the order in which a client sent attributes is not seen in any answer', async () => {
  const tenant = await run.createTenant();
  const attributes = {
    userName: 'ordered@reports.example',
    name: { familyName: 'Order', givenName: 'Olive' },
    displayName: 'Olive Order',
    title: 'Orderly',
    active: true,
    emails: [{ value: 'olive@reports.example', type: 'work', primary: true }],
    [ENTERPRISE]: { employeeNumber: '1', department: 'Orders' },
  };
  const reversed = Object.fromEntries(
    Object.entries({
      ...attributes,
      userName: 'reversed@reports.example',
      name: { givenName: 'Olive', familyName: 'Order' },
      emails: [{ primary: true, type: 'work', value: 'olive@reports.example' }],
      [ENTERPRISE]: { department: 'Orders', employeeNumber: '1' },
    }).reverse(),
  );
  const schemas = [USER, ENTERPRISE];
  const one = await tenant.post('/Users', { schemas, ...attributes });
  const other = await tenant.post('/Users', { schemas, ...reversed });
  expect([one.status, other.status]).toEqual([201, 201]);
  expect(namesIn(other.body)).toEqual(namesIn(one.body));
  for (const { id } of [one.body, other.body]) {
    expect(namesIn((await tenant.get(`/Users/${id}`)).body)).toEqual(namesIn(one.body));
    const patched = await tenant.patch(`/Users/${id}`, [{ op: 'add', path: 'nickName', value: 'Oli' }]);
    expect(namesIn((await tenant.get(`/Users/${id}`)).body)).toEqual(namesIn(patched.body));
  }
  const { Resources } = (await tenant.get('/Users')).body;
  expect(namesIn(Resources[0])).toEqual(namesIn(Resources[1]));
});

test('attributes are shown in the order of their schema', async () => {
  const tenant = await run.createTenant();
  const { body: schema } = await tenant.get(`/Schemas/${USER}`);
  const defined = (schema.attributes as { name: string }[]).map(({ name }) => name);
  const { id } = await tenant.createUser('ordered@reports.example', {
    title: 'Orderly',
    nickName: 'Oli',
    displayName: 'Olive Order',
    name: { givenName: 'Olive' },
    emails: [{ value: 'olive@reports.example' }],
    locale: 'en',
  });
  const shown = Object.keys((await tenant.get(`/Users/${id}`)).body).filter((name) => defined.includes(name));
  expect(shown).toEqual(defined.filter((name) => shown.includes(name)));
  expect(shown.length).toBeGreaterThan(6);
});
