// Nobody is refused for a key that is not there yet: it is made before the token, and those that lack one can be listed.

import '../../support/own-table.ts';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ApiKeys, openApiKeys } from '../../../bin/local/gateway/api-keys.ts';
import { type ApiGateway, startApiGateway } from '../../../bin/local/gateway/control-api.ts';
import { createTable } from '../../../bin/local/table/create-table.ts';
import {
  ensureThrottleKey,
  removeThrottleKey,
  tenantsWithoutThrottleKey,
} from '../../../bin/shared/throttle-keys.ts';
import { secrets } from '../../../lambdas/credentials/secrets-manager.ts';
import { throttleKey } from '../../../lambdas/credentials/throttle-key.ts';
import { createTenant } from '../../../lambdas/operations/create-tenant.ts';
import { incarnationAt } from '../../../lambdas/platform/tenant.ts';
import { insertTenant, markTenantDeleting } from '../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId, tenantId } from '../../setup/fresh-tenant.ts';
import { tableDefinition } from '../../setup/table-definition.ts';
import { ownTableName } from '../../support/own-table.ts';
import { outputsOfTests, playStacks } from '../scim/cloudformation.ts';
import { scim } from '../scim/terminal.ts';

const outputs = { SecretPrefix: 'scim', UsagePlanId: 'plan' };
playStacks({ Scim: { ...outputsOfTests, ...outputs, TableName: ownTableName } });

let keys: ApiKeys;
let apiGateway: ApiGateway;
beforeAll(() => createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, tableDefinition));
beforeEach(async () => {
  keys = openApiKeys();
  apiGateway = await startApiGateway(keys, () => {});
  process.env.AWS_ENDPOINT_URL_API_GATEWAY = apiGateway.endpoint;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await apiGateway.stop();
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL_API_GATEWAY;
});

const idOf = (tenant: string) => keys.list(throttleKey('scim', tenantId(tenant)).name)[0]?.id ?? '';
const plansOf = (tenant: string) => keys.plansOf(throttleKey('scim', tenantId(tenant)).value);

const someTenant = async () => {
  const { id } = await createTenant(freshTenantId());
  await ensureThrottleKey(outputs, id);
  return id;
};

test('a key is there, in its plan, before the token is made', async () => {
  const id = freshTenantId();
  const send = secrets.send.bind(secrets) as (command: object) => Promise<unknown>;
  let plans: readonly string[] | undefined;
  jest.spyOn(secrets, 'send').mockImplementation((async (command: object) => {
    if (command instanceof CreateSecretCommand) plans = plansOf(id);
    return send(command);
  }) as never);
  expect(await scim(`--stack Scim tenant create ${id}`)).toMatchObject({ exitCode: 0 });
  expect(plans).toEqual(['plan']);
});

test('the keys of two deployments are apart, though prefix and tenant read the same together', async () => {
  const there = { SecretPrefix: 'scim-eu', UsagePlanId: 'other' };
  expect(await ensureThrottleKey(outputs, tenantId('eu-acme'))).toBe(true);
  expect(await ensureThrottleKey(there, tenantId('acme'))).toBe(true);
  expect(plansOf('eu-acme')).toEqual(['plan']);
  await removeThrottleKey(there, tenantId('acme'));
  expect(plansOf('eu-acme')).toEqual(['plan']);
  expect(keys.list('').map(({ name }) => name)).toEqual(['scim/eu-acme']);
});

describe('the tenants without a key', () => {
  test('are those whose key is missing, or in no plan', async () => {
    const [whole, gone, loose] = [await someTenant(), await someTenant(), await someTenant()];
    for (const id of [gone, loose]) keys.remove(idOf(id));
    const { name, value } = throttleKey('scim', loose);
    keys.create(name, value);
    // One that begins like it is another tenant's.
    await ensureThrottleKey(outputs, tenantId(`${gone.slice(0, 30)}-2`));
    const lacking = await tenantsWithoutThrottleKey(outputs);
    expect(lacking).toEqual(expect.arrayContaining([gone, loose]));
    expect(lacking).not.toContain(whole);
    for (const id of lacking) await ensureThrottleKey(outputs, id);
    expect(await tenantsWithoutThrottleKey(outputs)).toEqual([]);
  });

  test('are told by one listing of the keys, however many tenants there are', async () => {
    for (let made = 0; made < 3; made++) keys.remove(idOf(await someTenant()));
    const sent = jest.spyOn(APIGatewayClient.prototype, 'send');
    expect((await tenantsWithoutThrottleKey(outputs)).length).toBeGreaterThanOrEqual(3);
    expect(sent).toHaveBeenCalledTimes(1);
  });

  test('are all that are served, where the stack has no plan yet', async () => {
    const [active, creating, deleting] = [await someTenant(), freshTenantId(), await someTenant()];
    await insertTenant(incarnationAt(creating, Date.now()), new Date().toISOString());
    await markTenantDeleting(deleting, new Date().toISOString());
    const lacking = await tenantsWithoutThrottleKey({ SecretPrefix: 'scim' });
    expect(lacking).toContain(active);
    expect(lacking).not.toContain(creating);
    expect(lacking).not.toContain(deleting);
  });

  test('get theirs by tenant throttle --all, and then there are none', async () => {
    const id = await someTenant();
    keys.remove(idOf(id));
    const { stdout } = await scim('--stack Scim tenant throttle --all --json');
    expect(JSON.parse(stdout).made).toContain(id);
    expect(await tenantsWithoutThrottleKey(outputs)).toEqual([]);
  });
});
