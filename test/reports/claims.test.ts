// Issue 18, claims are stored with the item: the values that a resource holds do not depend on the current schema.

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalRun, startLocalRun } from './support/local-run.ts';
import { type ScimClient, USER } from './support/scim-client.ts';

let run: LocalRun;
jest.setTimeout(60_000);
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterAll(() => run?.stop(), 30_000);

const BADGE = 'urn:example:reports:Badge';
const NOT_UNIQUE = { uniqueness: 'none' };
const UNIQUE = { uniqueness: 'server' };
const EXACT = { ...UNIQUE, caseExact: true };
const ANY_CASE = { ...UNIQUE, caseExact: false };

/** Settings are cached for at most eleven minutes. */
const forgetSettings = () => run.skip(12 * 60_000);

/** Gives users an attribute `badge`, or changes it; no function has the old schema cached. */
const setSchema = async ({ tenant }: ScimClient, badge: object): Promise<unknown> => {
  const added = await run.addSchema(tenant, {
    id: BADGE,
    name: 'Badge',
    attributes: [{ name: 'badge', type: 'string', ...badge }],
  });
  forgetSettings();
  return added;
};

const removeSchema = async ({ tenant }: ScimClient): Promise<void> => {
  await run.scim('schema', 'remove', tenant, BADGE, '--yes');
  forgetSettings();
};

const post = (tenant: ScimClient, userName: string, badge: string) =>
  tenant.post('/Users', {
    schemas: [USER, BADGE],
    userName: `${userName}@reports.example`,
    [BADGE]: { badge },
  });

const create = async (tenant: ScimClient, userName: string, badge: string): Promise<string> => {
  const { status, body } = await post(tenant, userName, badge);
  if (status !== 201) throw new Error(`POST of ${userName}: ${status} ${JSON.stringify(body)}`);
  return body.id;
};

const setBadge = (tenant: ScimClient, id: string, badge: string) =>
  tenant.patch(`/Users/${id}`, [{ op: 'replace', path: `${BADGE}:badge`, value: badge }]);

const setTitle = (tenant: ScimClient, id: string, title = 'Engineer') =>
  tenant.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: title }]);

const tenantWith = async (badge: object): Promise<ScimClient> => {
  const tenant = await run.createTenant();
  await setSchema(tenant, badge);
  return tenant;
};

describe('a schema that was removed and added again', () => {
  test('the value of a user who was deleted meanwhile is free', async () => {
    const tenant = await tenantWith(UNIQUE);
    const id = await create(tenant, 'gone', 'b1');
    await removeSchema(tenant);
    expect((await setTitle(tenant, id)).status).toBe(200);
    expect((await tenant.delete(`/Users/${id}`)).status).toBe(204);
    await setSchema(tenant, UNIQUE);
    expect((await post(tenant, 'next', 'b1')).status).toBe(201);
  });

  test('the value of a user who is still there is taken', async () => {
    const tenant = await tenantWith(UNIQUE);
    const id = await create(tenant, 'staying', 'b1');
    await removeSchema(tenant);
    expect((await setTitle(tenant, id)).status).toBe(200);
    await setSchema(tenant, UNIQUE);
    expect((await post(tenant, 'next', 'b1')).status).toBe(409);
    expect((await setBadge(tenant, id, 'b2')).status).toBe(200);
    expect((await post(tenant, 'next', 'b1')).status).toBe(201);
  });
});

describe('an attribute that was made unique later', () => {
  test('a change that does not touch it claims the value that is free', async () => {
    const tenant = await tenantWith(NOT_UNIQUE);
    const id = await create(tenant, 'first', 'b1');
    await setSchema(tenant, UNIQUE);
    expect((await setTitle(tenant, id)).status).toBe(200);
    expect((await post(tenant, 'second', 'b1')).status).toBe(409);
  });

  test('somebody whose value another has claimed meanwhile can be changed and deleted', async () => {
    const tenant = await tenantWith(NOT_UNIQUE);
    const first = await create(tenant, 'first', 'b1');
    const second = await create(tenant, 'second', 'b1');
    const third = await create(tenant, 'third', 'b1');
    await setSchema(tenant, UNIQUE);
    // One of them is first, and holds the value from now on.
    const statuses = [
      (await setTitle(tenant, first)).status,
      (await setTitle(tenant, second)).status,
      (await setBadge(tenant, third, 'b3')).status,
      (await setBadge(tenant, second, 'b2')).status,
      (await setTitle(tenant, third, 'Manager')).status,
      (await tenant.delete(`/Users/${second}`)).status,
      (await tenant.delete(`/Users/${first}`)).status,
    ];
    expect(statuses).toEqual([200, 200, 200, 200, 200, 204, 204]);
    expect((await post(tenant, 'next', 'b1')).status).toBe(201);
    expect((await post(tenant, 'after', 'b2')).status).toBe(201);
  });

  test('somebody who shares a value with a user created since can be deleted', async () => {
    const tenant = await tenantWith(NOT_UNIQUE);
    const first = await create(tenant, 'first', 'b1');
    await setSchema(tenant, UNIQUE);
    // No resource has claimed it, so it is free.
    const { status } = await post(tenant, 'second', 'b1');
    expect([201, 409]).toContain(status);
    expect((await setTitle(tenant, first)).status).toBe(200);
    expect((await tenant.delete(`/Users/${first}`)).status).toBe(204);
  });

  test('somebody who shares a value with a user created since can be given another', async () => {
    const tenant = await tenantWith(NOT_UNIQUE);
    const first = await create(tenant, 'first', 'b1');
    await setSchema(tenant, UNIQUE);
    const { status } = await post(tenant, 'second', 'b1');
    expect([201, 409]).toContain(status);
    expect((await setBadge(tenant, first, 'b2')).status).toBe(200);
    expect((await post(tenant, 'third', 'b1')).status).toBe(status === 201 ? 409 : 201);
  });

  test('schema add lists the values that several hold', async () => {
    const tenant = await tenantWith(NOT_UNIQUE);
    for (const [index, badge] of ['shared', 'shared', 'alone', 'twofold', 'twofold'].entries())
      await create(tenant, `user${index}`, badge);
    const told = JSON.stringify(await setSchema(tenant, UNIQUE));
    expect(told).toContain('shared');
    expect(told).toContain('twofold');
    expect(told).not.toContain('alone');
  });
});

describe('an attribute whose case came to matter, or no more', () => {
  test('a value that was given up while case did not matter is free when it does', async () => {
    const tenant = await tenantWith(EXACT);
    const id = await create(tenant, 'first', 'Abc');
    await setSchema(tenant, ANY_CASE);
    expect((await setBadge(tenant, id, 'xyz')).status).toBe(200);
    await setSchema(tenant, EXACT);
    expect((await post(tenant, 'second', 'Abc')).status).toBe(201);
  });

  test('the value of a user who was deleted while case did not matter is free when it does', async () => {
    const tenant = await tenantWith(EXACT);
    const id = await create(tenant, 'first', 'Abc');
    await setSchema(tenant, ANY_CASE);
    expect((await tenant.delete(`/Users/${id}`)).status).toBe(204);
    await setSchema(tenant, EXACT);
    expect((await post(tenant, 'second', 'Abc')).status).toBe(201);
  });

  test('somebody whose value another has claimed in another case can be deleted', async () => {
    const tenant = await tenantWith(EXACT);
    const id = await create(tenant, 'first', 'Abc');
    await setSchema(tenant, ANY_CASE);
    expect([201, 409]).toContain((await post(tenant, 'second', 'ABC')).status);
    expect((await setTitle(tenant, id)).status).toBe(200);
    expect((await tenant.delete(`/Users/${id}`)).status).toBe(204);
  });
});
