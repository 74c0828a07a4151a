// Extensions that the tenant has not declared, and attributes that nobody declared.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema, removeSchema } from '../../lambdas/operations/change-schemas.ts';
import { logged } from '../support/provisioning-log.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();

const BRACK = 'urn:ietf:params:scim:schemas:extension:Brack:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const OTHER = 'urn:acme:badge';

let count = 0;
const create = async (attributes: object, on = client) => {
  count += 1;
  return on.post('/Users', { userName: `u${count}@brack.example`, ...attributes });
};

const patch = (id: string, ...operations: object[]) =>
  client.send('PATCH', `/Users/${id}`, {
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations },
  });

const ids = async (filter: string) =>
  (await client.get(`/Users${filterBy(filter)}`)).body.Resources.map(({ id }) => id);

beforeAll(() => client.createTenant());

describe('an extension that the tenant has not declared', () => {
  test('is kept as sent and returned, with its URN in schemas (S3.6)', async () => {
    const { status, body } = await create({ [BRACK]: { badge: '17', Floor: 3, on: 'True', tags: ['a'] } });
    expect(status).toBe(201);
    const { body: read } = await client.get(`/Users/${body.id}`);
    for (const answer of [body, read]) {
      expect(answer.schemas).toEqual([CORE, BRACK]);
      expect(answer[BRACK]).toEqual({ badge: '17', Floor: 3, on: 'True', tags: ['a'] });
    }
  });

  test('is whole as the key of an object, any other value splits its key at the last colon (S3.6)', async () => {
    const { body } = await create({
      [OTHER]: { a: '1' },
      [`${BRACK}:locker`]: '9',
      [`${BRACK}:door.key`]: 'k',
    });
    expect(body[OTHER]).toEqual({ a: '1' });
    expect(body[BRACK]).toEqual({ locker: '9', door: { key: 'k' } });
  });

  test('is patched, in all dialects, names without case (S3.6)', async () => {
    const { body } = await create({ [BRACK]: { badge: '17' } });
    await patch(body.id, { op: 'Add', path: `${BRACK.toUpperCase()}:BADGE`, value: '18' });
    await patch(body.id, { op: 'replace', value: { [`${BRACK}:locker`]: '9' } });
    await patch(body.id, { op: 'add', path: `${BRACK}:door.key`, value: '20' });
    await patch(body.id, { op: 'replace', value: { [BRACK]: { floor: 2 } } });
    const { body: read } = await client.get(`/Users/${body.id}`);
    expect(read[BRACK]).toEqual({ badge: '18', locker: '9', door: { key: '20' }, floor: 2 });
    await patch(
      body.id,
      { op: 'Remove', path: `${BRACK}:Badge` },
      { op: 'replace', path: `${BRACK}:floor`, value: '' },
    );
    await patch(
      body.id,
      { op: 'Add', path: OTHER, value: { a: 1 } },
      { op: 'add', path: `${BRACK}:list`, value: ['a'] },
    );
    await patch(body.id, { op: 'add', path: `${BRACK}:list`, value: ['a', 'b'] });
    const { body: cleared } = await client.get(`/Users/${body.id}`);
    expect(cleared[BRACK]).toEqual({ locker: '9', door: { key: '20' }, list: ['a', 'b'] });
    expect(cleared[OTHER]).toEqual({ a: 1 });
    await patch(body.id, { op: 'remove', path: BRACK }, { op: 'Remove', path: `${OTHER}:A` });
    const { body: gone } = await client.get(`/Users/${body.id}`);
    expect(gone.schemas).toEqual([CORE]);
    expect([gone[BRACK], gone[OTHER]]).toEqual([undefined, undefined]);
  });

  test('is replaced by a PUT only when the PUT names it (S3.6)', async () => {
    const { body } = await create({ [BRACK]: { badge: '17', floor: 1 }, [OTHER]: { a: '1' } });
    const put = async (attributes: object) =>
      (await client.send('PUT', `/Users/${body.id}`, { body: { userName: body.userName, ...attributes } }))
        .body;
    const kept = await put({ title: 'Reeve' });
    expect([kept[BRACK], kept[OTHER]]).toEqual([{ badge: '17', floor: 1 }, { a: '1' }]);
    const replaced = await put({ [BRACK.toUpperCase()]: { BADGE: '18' } });
    expect([replaced[BRACK], replaced[OTHER]]).toEqual([{ badge: '18' }, { a: '1' }]);
    const emptied = await put({ [BRACK]: {}, [OTHER]: null });
    expect(emptied.schemas).toEqual([CORE]);
  });

  test('that is only named in schemas, or has no value, is tolerated and not echoed (S3.6)', async () => {
    const MICROSOFT = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
    const { status, body } = await client.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', MICROSOFT, BRACK],
      displayName: 'Microsoft',
      [OTHER]: {},
      [BRACK]: '',
    });
    expect(status).toBe(201);
    expect(body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:Group']);
    expect([body[MICROSOFT], body[OTHER], body[BRACK]]).toEqual([undefined, undefined, undefined]);
  });

  test('is understood by attributes, excludedAttributes, filter and sort (S3.6)', async () => {
    const SEEK = 'urn:seek:User';
    const { body: one } = await create({ [SEEK]: { badge: 'Ab-1', rank: 10, on: true } });
    const { body: two } = await create({
      [SEEK]: { badge: 'Ab-2', rank: 9, tags: [{ type: 'x', value: 'y' }] },
    });
    for (const [filter, found] of [
      [`${SEEK}:badge eq "ab-1"`, [one.id]],
      [`${SEEK.toUpperCase()}:RANK gt 9`, [one.id]],
      [`${SEEK}:rank eq "9"`, [two.id]],
      [`${SEEK}:on eq true`, [one.id]],
      [`${SEEK}:tags[Type eq "x" and value sw "y"]`, [two.id]],
      [`${SEEK}:tags.value eq "y"`, []],
      [`${SEEK}:nothing eq "x"`, []],
      [`urn:nobody:has:this eq 5`, []],
      [`urn:nobody:has:this pr`, []],
    ] as const) {
      expect({ filter, found: await ids(filter) }).toEqual({ filter, found });
    }
    expect(new Set(await ids(`${SEEK} pr`))).toEqual(new Set([one.id, two.id]));
    const query = `${filterBy(`${SEEK} pr`)}&sortBy=${SEEK}:rank`;
    const { body: sorted } = await client.get(`/Users${query}`);
    expect(sorted.Resources.map(({ id }) => id)).toEqual([two.id, one.id]);
    const shown = async (parameters: string) => (await client.get(`/Users/${one.id}?${parameters}`)).body;
    expect((await shown('attributes=userName'))[SEEK]).toBeUndefined();
    expect((await shown(`attributes=${SEEK}:Badge`))[SEEK]).toEqual({ badge: 'Ab-1' });
    expect((await shown(`attributes=${SEEK}`))[SEEK]).toEqual({ badge: 'Ab-1', rank: 10, on: true });
    expect((await shown(`excludedAttributes=${SEEK}`))[SEEK]).toBeUndefined();
    expect((await shown(`excludedAttributes=${SEEK}:rank`))[SEEK]).toEqual({ badge: 'Ab-1', on: true });
  });

  test('that is too big, or cannot be stored, is left out and logged, never refused (S3.6)', async () => {
    const { answer, entries } = await logged(client, () =>
      create({
        title: 'Reeve',
        [BRACK]: { badge: '17', photo: 'x'.repeat(5000), huge: 1e300, 'a b': 1 },
      }),
    );
    expect(answer.status).toBe(201);
    expect(answer.body[BRACK]).toEqual({ badge: '17' });
    expect(entries[0]?.leftOut).toEqual({
      count: 3,
      names: [`${BRACK}:photo`, `${BRACK}:huge`],
    });
    const { answer: patched, entries: ofPatch } = await logged(client, () =>
      patch(answer.body.id, { op: 'replace', path: `${BRACK}:badge`, value: 'y'.repeat(5000) }),
    );
    expect(patched.status).toBe(200);
    expect(patched.body[BRACK]).toEqual({ badge: '17' });
    expect(ofPatch[0]?.leftOut).toEqual({ count: 1, names: [`${BRACK}:badge`] });
    const many = await create(
      Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`urn:many:e${at}`, { a: 'z'.repeat(300) }])),
    );
    const kept = Object.keys(many.body).filter((key) => key.startsWith('urn:many:'));
    expect(kept.length).toBeGreaterThan(5);
    expect(JSON.stringify(kept.map((key) => many.body[key])).length).toBeLessThan(4096);
  });

  test('is kept when it was declared once, and counts again when it is declared later (S3.6, S2.5)', async () => {
    const on = new ScimClient();
    const tenant = await on.createTenant();
    const LATER = 'urn:acme:params:Later:2.0:User';
    const { body } = await create(
      { [LATER.toLowerCase()]: { BADGE: 'B-1', floor: 'three', extra: 'e' } },
      on,
    );
    await addSchema(tenant, {
      id: LATER,
      name: 'Later',
      attributes: [
        { name: 'badge', uniqueness: 'server' },
        { name: 'floor', type: 'integer' },
      ],
    });
    const declared = (await on.get(`/Users/${body.id}`)).body;
    expect(declared[LATER]).toEqual({ badge: 'B-1', floor: 'three' });
    const { body: found } = await on.get(`/Users${filterBy(`${LATER}:badge eq "b-1"`)}`);
    expect(found.totalResults).toBe(1);
    expect((await on.get(`/Users${filterBy(`${LATER}:floor gt 1`)}`)).body.totalResults).toBe(0);
    await on.patchWith(`/Users/${body.id}`, { op: 'replace', path: `${LATER}:floor`, value: 3 });
    expect((await create({ [LATER]: { badge: 'b-1' } }, on)).status).toBe(409);
    await removeSchema(tenant, LATER);
    const { body: put } = await on.send('PUT', `/Users/${body.id}`, { body: { userName: body.userName } });
    expect(put[LATER]).toEqual({ badge: 'B-1', floor: 3, extra: 'e' });
  });

  test('of a core schema, of a message or with a filter in its name is none (S3.6)', async () => {
    const { body } = await create({
      'urn:ietf:params:scim:schemas:core:2.0:Group': { displayName: 'x' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:shoes': { size: 4 },
      [`${BRACK}:emails[type eq "work"].value`]: 'x',
    });
    expect(Object.keys(body).filter((key) => key.startsWith('urn:'))).toEqual([]);
  });
});

describe('the provisioning log', () => {
  test('names undeclared extensions and unknown attributes of a creation, without values (S3.6)', async () => {
    const { entries } = await logged(client, () =>
      create({ displyName: 'secret', 'emails[type eq "secret"].valu': 'x', [BRACK]: { badge: 'secret' } }),
    );
    expect(entries[0]).toMatchObject({
      undeclared: { count: 1, names: [BRACK] },
      leftOut: { count: 2, names: ['displyName', 'emails'] },
    });
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  test('names them when a PATCH or PUT changes nothing else (S3.6)', async () => {
    const { body } = await create({ title: 'Reeve' });
    const { entries } = await logged(client, () =>
      patch(body.id, { op: 'Replace', path: 'displyName', value: 'x' }),
    );
    expect(entries).toMatchObject([
      { operation: 'patch', id: body.id, leftOut: { count: 1, names: ['displyName'] } },
    ]);
    const { entries: flagged } = await logged(client, () =>
      patch(body.id, { op: 'replace', value: { titl: 'x', [`${BRACK}:badge`]: '1' } }),
    );
    expect(flagged[0]).toMatchObject({ leftOut: { names: ['titl'] }, undeclared: { names: [BRACK] } });
    const { entries: put } = await logged(client, () =>
      client.send('PUT', `/Users/${body.id}`, {
        body: { userName: body.userName, title: 'Reeve', shoeSize: 4 },
      }),
    );
    expect(put[0]).toMatchObject({ leftOut: { count: 1, names: ['shoeSize'] } });
  });
});
