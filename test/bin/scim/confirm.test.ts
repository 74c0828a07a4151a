// Commands that cannot be undone ask, or take --yes.

import { expect, test } from '@jest/globals';
import { verifyToken } from '../../../lambdas/credentials/verify.ts';
import { readTenant } from '../../../lambdas/tenants/read-tenant.ts';
import { readSchemas } from '../../../lambdas/tenants/schemas-table.ts';
import { findWebhook } from '../../../lambdas/webhooks/webhooks-table.ts';
import { playGateway } from './gateway.ts';
import { create, json, scim } from './stack-scim.ts';

playGateway();

const USER_SCHEMA = 'test/conformance/schemas/user-extension.json';
const USER_URN = 'urn:ietf:params:scim:schemas:extension:Brack:2.0:User';

/** What each command takes away. */
const prepare = async () => {
  const { id, token } = await create();
  await json(`schema add ${id} ${USER_SCHEMA}`);
  await json(`webhook set ${id} https://product.example/hook`);
  const { incarnation } = await readTenant(id);
  const remains = {
    'tenant delete': async () => (await scim(`tenant show ${id}`)).exitCode === 0,
    'token revoke': async () => (await verifyToken(token)) !== undefined,
    'schema remove': async () => (await readSchemas(incarnation)).length === 1,
    'webhook delete': async () => (await findWebhook(incarnation)) !== undefined,
  };
  return { id, remains };
};

test.each([
  ['tenant delete', ''],
  ['token revoke', ''],
  ['schema remove', ` ${USER_URN}`],
  ['webhook delete', ''],
] as const)('%s asks a person, and a script passes --yes (S4.2)', async (name, rest) => {
  const { id, remains } = await prepare();
  const line = `${name} ${id}${rest}`;
  const unasked = await scim(line);
  expect(unasked.exitCode).not.toBe(0);
  expect(unasked.stderr).toContain('ass --yes');
  const refused = await scim(line, 'no\n');
  expect({ exitCode: refused.exitCode, stderr: refused.stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/Type \S+ to continue: Nothing was changed\.\n$/),
  });
  expect(await remains[name]()).toBe(true);
  expect((await scim(line, `${id}\n`)).exitCode).toBe(0);
  expect(await remains[name]()).toBe(false);

  const other = await prepare();
  expect((await scim(`${name} ${other.id}${rest} --yes`)).exitCode).toBe(0);
  expect(await other.remains[name]()).toBe(false);
});
