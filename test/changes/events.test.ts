// The events of changes, from client requests to the bus.

import '../support/own-table.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { partsOf } from '../../lambdas/platform/tenant.ts';
import { addTenantType } from '../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream, deliver } from '../support/change-stream.ts';
import { ScimClient } from '../support/scim-client.ts';

const stream = new ChangeStream();
let client: ScimClient;

beforeAll(() => stream.open());
afterAll(() => stream.close());

beforeEach(async () => {
  client = new ScimClient(freshTenantId());
  await client.createTenant();
  await stream.settle();
});

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const newUser = async (userName: string, more: object = {}) =>
  (await client.post('/Users', { userName, ...more })).body.id;
const newGroup = async (displayName: string, ...members: string[]) =>
  (await client.post('/Groups', { displayName, members: members.map((value) => ({ value })) })).body.id;
const told = async () => (await stream.settle()).map(({ type }) => type);

describe('a user', () => {
  test('that is created is told of by its identifiers and nothing else', async () => {
    const id = await newUser('alice@acme.example', { externalId: 'alice', displayName: 'Alice' });
    expect(await stream.settle()).toEqual([
      {
        version: 1,
        type: 'user.created',
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        ...partsOf(client.incarnation),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        orderingKey: id,
        sequence: '1',
        resource: { type: 'User', id, userName: 'alice@acme.example', externalId: 'alice', active: true },
      },
    ]);
  });

  test('that is changed is told of with the names of what changed', async () => {
    const id = await newUser('alice@acme.example', { [ENTERPRISE]: { department: 'Water' } });
    await stream.settle();
    await client.patchWith(
      `/Users/${id}`,
      { op: 'replace', path: 'displayName', value: 'Alice' },
      { op: 'replace', path: `${ENTERPRISE}:department`, value: 'Fire' },
    );
    expect(await stream.settle()).toEqual([
      expect.objectContaining({
        type: 'user.updated',
        sequence: '2',
        changed: ['displayName', `${ENTERPRISE}:department`],
      }),
    ]);
  });

  test.each([
    ['user.deactivated', true, false],
    ['user.reactivated', false, true],
  ])('%s', async (type, before, after) => {
    const id = await newUser('alice@acme.example', { active: before });
    await stream.settle();
    await client.patchWith(`/Users/${id}`, { op: 'Replace', path: 'active', value: after });
    const [event, ...others] = await stream.settle();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ type, changed: ['active'], resource: { active: after } });
    expect(event).not.toHaveProperty('softDeleted');
  });

  test('that the directory soft-deletes, restores and purges is told of as such', async () => {
    const name = 'alice@acme.example';
    const renamed = `0f8fad5bd9cb469fa16570867728950e${name}`;
    const id = await newUser(name);
    await stream.settle();
    const set = (userName: string, active: string) =>
      client.patchWith(
        `/Users/${id}`,
        { op: 'Replace', path: 'userName', value: userName },
        { op: 'Replace', path: 'active', value: active },
      );
    await set(renamed, 'False');
    await set(name, 'True');
    await set(renamed, 'False');
    await client.delete(`/Users/${id}`);
    const events = await stream.settle();
    expect(events.map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
      '2 user.deactivated',
      '3 user.restored',
      '4 user.deactivated',
      '5 user.deleted',
    ]);
    const soft = { softDeleted: true, previousUserName: name, changed: ['active', 'userName'] };
    expect(events[0]).toMatchObject({ ...soft, resource: { userName: renamed, active: false } });
    expect(events[1]).toMatchObject({
      previousUserName: renamed,
      resource: { userName: name, active: true },
    });
    expect(events[1]).not.toHaveProperty('softDeleted');
    expect(events[3]).toMatchObject({ previousUserName: name, resource: { userName: renamed } });
  });

  test('that was disabled before it is soft-deleted is told of with the flag', async () => {
    const id = await newUser('alice@acme.example', { active: false });
    await stream.settle();
    const value = `0f8fad5bd9cb469fa16570867728950ealice@acme.example`;
    await client.patchWith(`/Users/${id}`, { op: 'Replace', path: 'userName', value });
    expect(await stream.settle()).toEqual([
      expect.objectContaining({
        type: 'user.updated',
        softDeleted: true,
        previousUserName: 'alice@acme.example',
      }),
    ]);
  });

  test('whose PATCH changes nothing is not told of', async () => {
    const id = await newUser('alice@acme.example', { displayName: 'Alice' });
    await stream.settle();
    await client.patchWith(`/Users/${id}`, { op: 'replace', path: 'displayName', value: 'Alice' });
    expect(await told()).toEqual([]);
  });
});

describe('a group', () => {
  test('is told of when it is created, renamed, given another external id and deleted', async () => {
    const id = await newGroup('Dredging');
    await client.patchWith(`/Groups/${id}`, { op: 'Replace', path: 'displayName', value: 'Dredging Crew' });
    await client.patchWith(`/Groups/${id}`, { op: 'Replace', path: 'externalId', value: 'g-1' });
    await client.delete(`/Groups/${id}`);
    const events = await stream.settle();
    expect(events.map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
      '1 group.created',
      '2 group.renamed',
      '3 group.updated',
      '4 group.deleted',
    ]);
    expect(events[1]).toMatchObject({
      changed: ['displayName'],
      previousDisplayName: 'Dredging',
      resource: { displayName: 'Dredging Crew' },
    });
  });

  test('tells of each member that comes and goes, and of nothing else', async () => {
    const user = await newUser('alice@acme.example');
    const group = await newGroup('Dredging');
    await stream.settle();
    const members = [{ value: user }];
    await client.patchWith(`/Groups/${group}`, { op: 'Add', path: 'members', value: members });
    await client.patchWith(`/Groups/${group}`, { op: 'Add', path: 'members', value: members });
    const [added, ...again] = await stream.settle();
    await client.patchWith(`/Groups/${group}`, { op: 'Remove', path: 'members', value: members });
    const [removed, ...others] = await stream.settle();
    expect([again, others]).toEqual([[], []]);
    const membership = {
      orderingKey: `${group}/${user}`,
      resource: { type: 'Group', id: group },
      member: { type: 'User', id: user },
    };
    expect(added).toMatchObject({ type: 'group.member.added', ...membership });
    expect(removed).toMatchObject({ type: 'group.member.removed', ...membership });
    expect(BigInt(removed?.sequence ?? 0)).toBeGreaterThan(BigInt(added?.sequence ?? 0));
  });

  test('that is created with members tells of itself and then of them, by ids that stay the same', async () => {
    const user = await newUser('alice@acme.example');
    await stream.settle();
    const group = await newGroup('Dredging', user);
    const [created, added, ...others] = await stream.settle();
    expect(others).toEqual([]);
    expect(created).toMatchObject({ type: 'group.created', sequence: '1', resource: { id: group } });
    expect(added).toMatchObject({ type: 'group.member.added', sequence: '0', member: { id: user } });
    await deliver(stream.records);
    const again = stream.events.filter(({ orderingKey }) => orderingKey === added?.orderingKey);
    expect(new Set(again.map(({ id }) => id))).toEqual(new Set([added?.id]));
  });

  test('that is created with members and deleted in one batch has no members told', async () => {
    const users = await Promise.all(['a', 'b', 'c'].map((name) => newUser(name)));
    await stream.settle();
    await client.delete(`/Groups/${await newGroup('Dredging', ...users)}`);
    const records = await stream.take();
    const before = stream.events.length;
    await deliver(records);
    expect(stream.events.slice(before).map(({ type }) => type)).toEqual(['group.created', 'group.deleted']);
    await deliver(records);
    expect(new Set(stream.events.slice(before).map(({ id }) => id)).size).toBe(2);
  });

  test('that is created with members tells of them before what comes later in the batch', async () => {
    const user = await newUser('a');
    await stream.settle();
    const first = await newGroup('Dredging', user);
    await client.patchWith(`/Groups/${first}`, { op: 'replace', path: 'displayName', value: 'Diving' });
    const second = await newGroup('Dredging', user);
    await client.delete(`/Groups/${second}`);
    const other = await newGroup('Docks', first);
    const events = await stream.settle();
    const names = new Map([first, second, other].map((id, place) => [id, place]));
    expect(events.map(({ type, resource }) => `${names.get(resource.id)} ${type}`)).toEqual([
      '0 group.created',
      '0 group.member.added',
      '0 group.renamed',
      '1 group.created',
      '1 group.deleted',
      '2 group.created',
      '2 group.member.added',
    ]);
  });

  test('that is created with members has one that left at once told as added, then as removed', async () => {
    const users = await Promise.all(['a', 'b', 'c'].map((name) => newUser(name)));
    await stream.settle();
    const group = await newGroup('Dredging', ...users);
    const patch = (op: string, user: string | undefined) =>
      client.patchWith(`/Groups/${group}`, { op, path: 'members', value: [{ value: user }] });
    await patch('remove', users[0]);
    await patch('remove', users[1]);
    await patch('add', users[1]);
    const records = await stream.take();
    const before = stream.events.length;
    await deliver(records);
    const events = stream.events.slice(before);
    const toldOf = (user: string | undefined) =>
      events
        .filter(({ member }) => member?.id === user)
        .map(({ type, sequence }) => `${type}${sequence === '0' ? ' 0' : ''}`);
    expect(events[0]?.type).toBe('group.created');
    expect(toldOf(users[0])).toEqual(['group.member.added 0', 'group.member.removed']);
    expect(toldOf(users[1])).toEqual(['group.member.added 0', 'group.member.removed', 'group.member.added']);
    expect(toldOf(users[2])).toEqual(['group.member.added 0']);
    await deliver(records);
    expect(new Set(stream.events.slice(before).map(({ id }) => id)).size).toBe(events.length);
  });
});

describe('a tenant', () => {
  test('is told of when all of it is there, and not before', async () => {
    await stream.settle();
    const id = freshTenantId();
    let begun: readonly string[] = [];
    const onNameTaken = async () => {
      begun = await told();
    };
    const { incarnation } = await createTenant(id, { onNameTaken });
    expect(begun).toEqual([]);
    expect(await stream.settle()).toEqual([
      expect.objectContaining({
        type: 'tenant.created',
        ...partsOf(incarnation),
        resource: { type: 'Tenant', id },
      }),
    ]);
    await addTenantType(incarnation, 'Device');
    expect(await told()).toEqual([]);
    await deleteTenant(id);
    await deleteTenant(id);
    expect(await stream.settle()).toEqual([
      expect.objectContaining({ type: 'tenant.deleted', ...partsOf(incarnation) }),
    ]);
  });
});

describe('one change is one event', () => {
  test.each(['Users', 'Groups'])('when one of %s is deleted with its memberships', async (endpoint) => {
    const users = await Promise.all([1, 2, 3].map((n) => newUser(`u${n}@acme.example`)));
    const group = await newGroup('Dredging', ...users);
    await stream.settle();
    await client.delete(`/${endpoint}/${endpoint === 'Users' ? users[0] : group}`);
    expect(await told()).toEqual([endpoint === 'Users' ? 'user.deleted' : 'group.deleted']);
  });

  test('when a tenant is deleted with all it has', async () => {
    const user = await newUser('alice@acme.example');
    await newGroup('Dredging', user);
    await stream.settle();
    await deleteTenant(client.tenant);
    expect(await told()).toEqual(['tenant.deleted']);
  });
});

describe('a batch', () => {
  test('of items that nobody acts on is done at once', async () => {
    const [record] = stream.records;
    const Keys = { PK: { S: `T#${client.tenant}#SOMETHING` }, SK: { S: 'new' } };
    const unknown = { ...record, dynamodb: { ...record?.dynamodb, Keys } } as DynamoDBRecord;
    expect(await deliver([unknown])).toEqual({ batchItemFailures: [] });
  });
});
