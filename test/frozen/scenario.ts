// One tenant with an item of every kind, written by the code itself: what `npm run freeze` keeps of a release. The emulators
// must be in the environment when this file is loaded, because the modules of lambdas/ read it then.

import '../support/own-table.ts';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { noteFailing } from '../../lambdas/changes/failing-table.ts';
import { savePublishProgress } from '../../lambdas/changes/publish-progress-table.ts';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { withLease } from '../../lambdas/resources/facets/lease-table.ts';
import { takeSlot } from '../../lambdas/resources/limits/slots-table.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { pauseDeployment } from '../../lambdas/tenants/switches-table.ts';
import { addToBacklog } from '../../lambdas/webhooks/backlog-table.ts';
import { noteRefusal } from '../../lambdas/webhooks/retries-table.ts';
import { setWebhook } from '../../lambdas/webhooks/webhooks.ts';
import { tenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream } from '../support/change-stream.ts';
import { ScimClient } from '../support/scim-client.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BADGE = 'urn:frozen:params:scim:schemas:extension:Badge:2.0:User';
const DEVICE = 'urn:frozen:params:scim:schemas:Device';

/** The names by which tests find the items. */
export const frozen = {
  tenant: 'frozen',
  deleted: 'frozen-deleted',
  alice: 'Alice.Στέφανος@veldt.example',
  secondAddress: 'alice.second@veldt.example',
  badgeNumber: 'B-0001',
  group: 'Engineering',
  team: 'Engineering Team',
  device: 'Laptop 1',
  webhookUrl: 'https://product.veldt.example/hooks',
} as const;

const user = (userName: string, n: number) => ({
  schemas: [`${CORE}:User`, ENTERPRISE, BADGE],
  externalId: `ext-${n}`,
  userName,
  active: true,
  displayName: `Person ${n}`,
  title: 'Engineer',
  name: { givenName: 'Person', familyName: `No. ${n}`, formatted: `Person No. ${n}` },
  emails: [
    { type: 'work', value: userName, primary: true },
    ...(n === 1 ? [{ type: 'work', value: frozen.secondAddress }] : []),
  ],
  phoneNumbers: [{ type: 'mobile', value: `+49 170 000${n}` }],
  addresses: [{ type: 'work', streetAddress: `Street ${n}`, locality: 'Bonn', country: 'DE' }],
  roles: [{ value: 'admin', primary: true }],
  [ENTERPRISE]: { employeeNumber: `${1000 + n}`, department: 'Development' },
  [BADGE]: { badgeNumber: `B-000${n}` },
});

const create = async (client: ScimClient, path: string, body: object): Promise<string> => {
  const answer = await client.post(path, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.body.detail}`);
  return answer.body.id;
};

const fillDirectory = async (client: ScimClient) => {
  await addSchema(client.incarnation, {
    schema: {
      id: BADGE,
      name: 'Badge',
      attributes: [{ name: 'badgeNumber', type: 'string', uniqueness: 'server' }],
    },
  });
  await addSchema(client.incarnation, {
    schema: { id: DEVICE, name: 'Device', attributes: [{ name: 'label', type: 'string' }] },
    resourceType: { name: 'Device', endpoint: '/Devices' },
  });
  const names = [frozen.alice, ...[2, 3, 4, 5].map((n) => `person.${n}@veldt.example`)];
  const people: string[] = [];
  for (const [at, name] of names.entries()) people.push(await create(client, '/Users', user(name, at + 1)));
  const members = people.map((value) => ({ value }));
  const team = await create(client, '/Groups', {
    schemas: [`${CORE}:Group`],
    displayName: frozen.team,
    members: members.slice(0, 1),
  });
  const group = await create(client, '/Groups', {
    schemas: [`${CORE}:Group`],
    displayName: frozen.group,
    externalId: 'ext-group',
    members: [...members, { value: team, type: 'Group' }],
  });
  await create(client, '/Devices', { schemas: [DEVICE], label: frozen.device });
  await client.delete(`/Users/${people.at(-1)}`);
  await client.get('/Users?startIndex=1&count=2');
  await client.get('/Users?startIndex=3&count=2');
  await client.post('/Users', user(frozen.alice, 1)); // refused, which is logged
  return { group };
};

/** An event that a webhook refused, as the delivery stores it. */
const leaveWaiting = async (tenant: Incarnation, now: number): Promise<void> => {
  await setWebhook(tenant, { url: frozen.webhookUrl, events: ['user.created'] }, false);
  await addToBacklog(tenant, [{ id: 'e'.repeat(32), text: '{"type":"user.created"}', sinceMs: now }]);
  await noteRefusal({ tenant, suspended: true, sinceMs: now, answer: 'HTTP 503', retryAtMs: now + 60_000 });
};

/** Every item of the table afterwards, in DynamoDB JSON, in the order of the keys. */
export const writeEverything = async (): Promise<readonly object[]> => {
  const stream = new ChangeStream();
  await stream.open();
  await createTenant(tenantId(frozen.deleted));
  await deleteTenant(tenantId(frozen.deleted));
  const client = new ScimClient(frozen.tenant);
  const tenant = await client.createTenant();
  const { group } = await fillDirectory(client);
  await stream.settle();
  const now = Date.now();
  await leaveWaiting(tenant, now);
  await savePublishProgress(tenant, { id: group, life: 1 }, '');
  await noteFailing({ tenant, changeId: 'c'.repeat(32) }, now);
  await takeSlot(tenant, 1_000_000, now);
  await pauseDeployment(new Date(now).toISOString());
  const items = await withLease(tenant, group, () => scan());
  await stream.close();
  return items;
};

const scan = async (): Promise<readonly object[]> => {
  const { Items = [] } = await documents.send(
    new ScanCommand({ TableName: tableName, ConsistentRead: true }),
  );
  const byKey = ({ PK, SK }: Record<string, unknown>) => `${PK}\0${SK}`;
  return Items.toSorted((a, b) => (byKey(a) < byKey(b) ? -1 : 1)).map((item) => marshall(item));
};
