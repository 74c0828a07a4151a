// Today's code reads, changes and deletes what earlier releases wrote.

import '../support/own-table.ts';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { walkLog } from '../../lambdas/log/log-table.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { itemKinds, linkKinds } from '../../lambdas/operations/item-kinds.ts';
import { sweepGraves } from '../../lambdas/operations/sweep-graves.ts';
import { countDirectory } from '../../lambdas/operations/tenant-overview.ts';
import { incarnationOf } from '../../lambdas/platform/tenant.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { readGraves } from '../../lambdas/tenants/graves-table.ts';
import { listTenants } from '../../lambdas/tenants/read-tenant.ts';
import { findDeploymentPause, resumeDeployment } from '../../lambdas/tenants/switches-table.ts';
import { readWebhookState } from '../../lambdas/webhooks/webhooks.ts';
import { tenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream } from '../support/change-stream.ts';
import { itemsOf } from '../support/items-of.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';
import { itemsOfRelease, kindsOfRelease, releases } from './releases.ts';
import { frozen } from './scenario.ts';

type Item = Readonly<Record<string, AttributeValue>>;

const text = (item: Item | undefined, name: string): string => item?.[name]?.S ?? '';

const DAY_SECONDS = 24 * 60 * 60;

/** As if written today, so that nothing has expired. */
const unexpired = (item: Item): Item =>
  item.ExpiresAt ? { ...item, ExpiresAt: { N: String(Math.floor(Date.now() / 1000) + DAY_SECONDS) } } : item;

const stream = new ChangeStream();
beforeAll(() => stream.open());
afterAll(() => stream.close());

describe.each(releases)('release %s', (release) => {
  const items = itemsOfRelease(release);
  const tenantItem = items.find(
    (item) => text(item, 'PK') === 'TENANT' && text(item, 'SK') === frozen.tenant,
  );
  const tenant = incarnationOf(frozen.tenant, text(tenantItem, 'Incarnation'));
  if (!tenant) throw new Error(`Release ${release} has no tenant ${frozen.tenant}.`);
  const client = new ScimClient(frozen.tenant).useTokenOf(tenant);
  const first = async (path: string, filter: string) =>
    (await client.get(`${path}${filterBy(filter)}`)).body.Resources[0];

  beforeAll(async () => {
    for (const item of items) {
      await documents.send(new PutItemCommand({ TableName: tableName, Item: unexpired(item) }));
    }
    expect(await findDeploymentPause()).toBeDefined();
    await resumeDeployment();
  });

  test('has an item of every kind that a tenant had, each of which is still erased', () => {
    const partitions = new Set(items.map((item) => text(item, 'PK')));
    const has = (PK: string) => [...partitions].some((one) => one === PK || one.startsWith(`${PK}#`));
    const kinds = kindsOfRelease(release);
    for (const { name, partitions: of, keys } of itemKinds.filter((kind) => kinds.includes(kind.name))) {
      const expected = [...(of?.(tenant, ['User']) ?? []), ...(keys?.(tenant).map(({ PK }) => PK) ?? [])];
      expect({ name, isThere: expected.every(has) }).toEqual({ name, isThere: true });
    }
    for (const { name, partitionOf } of linkKinds.filter((kind) => kinds.includes(kind.name))) {
      const isThere = has(partitionOf(tenant, '').slice(0, -1));
      expect({ name, isThere }).toEqual({ name, isThere: true });
    }
    const known = [...itemKinds, ...linkKinds].map(({ name }) => name);
    expect(kinds.filter((kind) => !known.includes(kind))).toEqual([]);
  });

  test('its changes are followed, and nothing of them is left over', async () => {
    const events = await stream.settle();
    expect(new Set(events.map((event) => event.tenant))).toEqual(new Set([frozen.tenant]));
  });

  test('its resources are found by everything that they were found by', async () => {
    const alice = await first('/Users', `userName eq "${frozen.alice}"`);
    expect(alice).toMatchObject({ userName: frozen.alice, externalId: 'ext-1', active: true });
    for (const filter of [
      'externalId eq "ext-1"',
      `emails[type eq "work"].value eq "${frozen.secondAddress}"`,
      `urn:frozen:params:scim:schemas:extension:Badge:2.0:User:badgeNumber eq "${frozen.badgeNumber}"`,
      `id eq "${alice?.id}"`,
    ]) {
      expect(await first('/Users', filter)).toEqual(alice);
    }
    const group = await first('/Groups', `displayName eq "${frozen.group}"`);
    expect(group?.members).toHaveLength(5);
    expect(await first('/Devices', `label eq "${frozen.device}"`)).toMatchObject({ label: frozen.device });
    expect((await client.get('/Users?startIndex=3&count=2')).body).toMatchObject({
      totalResults: 4,
      itemsPerPage: 2,
    });
    expect(await countDirectory(tenant)).toEqual({ users: 4, groups: 2 });
  });

  test('its settings, log and waiting events are understood', async () => {
    expect((await listTenants()).map(({ id }) => id)).toContain(frozen.tenant);
    const entries = (await Array.fromAsync(walkLog(tenant, {}, Date.now()))).flat();
    expect(entries.map(({ status }) => status)).toEqual(expect.arrayContaining([201, 204, 409]));
    expect(await readWebhookState(tenant)).toMatchObject({
      url: frozen.webhookUrl,
      events: ['user.created'],
      trouble: { waiting: 1 },
    });
  });

  test('its resources are changed', async () => {
    const alice = await first('/Users', `userName eq "${frozen.alice}"`);
    const patched = await client.patchWith(
      `/Users/${alice?.id}`,
      { op: 'replace', path: 'userName', value: 'renamed@veldt.example' },
      { op: 'replace', path: 'active', value: false },
    );
    expect(patched.status).toBe(200);
    expect(await first('/Users', `userName eq "${frozen.alice}"`)).toBeUndefined();
    expect((await client.post('/Users', { userName: frozen.alice })).status).toBe(201);

    const group = await first('/Groups', `displayName eq "${frozen.group}"`);
    const removal = await client.patchWith(`/Groups/${group?.id}`, {
      op: 'remove',
      path: `members[value eq "${alice?.id}"]`,
    });
    expect(removal.status).toBe(204);
    expect((await client.get(`/Groups/${group?.id}`)).body.members).toHaveLength(4);
    const replaced = await client.put(`/Groups/${group?.id}`, {
      displayName: 'Replaced',
      members: [{ value: alice?.id }],
    });
    expect(replaced.body.members).toEqual([expect.objectContaining({ value: alice?.id })]);

    const device = await first('/Devices', `label eq "${frozen.device}"`);
    expect((await client.put(`/Devices/${device?.id}`, { label: 'Laptop 2' })).status).toBe(200);
    await stream.settle();
  });

  test('its resources are deleted, with what leads to them', async () => {
    const group = await first('/Groups', `displayName eq "${frozen.team}"`);
    expect((await client.delete(`/Groups/${group?.id}`)).status).toBe(204);
    const { Resources } = (await client.get('/Users')).body;
    for (const { id } of Resources) expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    await stream.settle();
    expect(await countDirectory(tenant)).toEqual({ users: 0, groups: 1 });
    const links = (await itemsOf(tenant)).filter((key) => /#(MEMBER|OF|NESTED|CLAIM#USER)#? ?/.test(key));
    expect(links).toEqual([]);
  });

  test('its tenant is deleted whole, and its graves are swept', async () => {
    await deleteTenant(tenantId(frozen.tenant));
    expect(await itemsOf(frozen.tenant)).toEqual([]);
    const inADay = Date.now() + DAY_SECONDS * 1000;
    for (let round = 0; round < 3; round++) await sweepGraves(inADay + round * DAY_SECONDS * 1000);
    expect(await readGraves()).toEqual([]);
    await stream.settle();
  });
});
