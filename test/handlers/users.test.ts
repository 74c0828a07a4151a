// Users from creation to deletion, through the deployed handler.

import { describe, expect, test } from '@jest/globals';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
const create = async (userName: string, more: object = {}) =>
  (await client.post('/Users', { userName, ...more })).body;

describe('a user that is created', () => {
  test('comes back with id, location, version and everything that was sent (S3.10)', async () => {
    const sent = {
      externalId: 'anneke.d',
      userName: "Anneke.D'Arc+test@veldt.example",
      active: false,
      name: { givenName: 'Änneke', familyName: "D'Arc" },
      emails: [{ primary: true, type: 'work', value: 'anneke@veldt.example' }],
    };
    const { status, headers, body } = await client.post('/Users', sent);
    expect(status).toBe(201);
    expect(body).toMatchObject(sent);
    expect(body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User']);
    expect(headers.Location).toBe(`${client.tenantUrl}/Users/${body.id}`);
    expect(headers['Content-Location']).toBe(headers.Location);
    expect(body.meta).toMatchObject({
      resourceType: 'User',
      location: headers.Location,
      version: headers.ETag,
    });
    expect((await client.get(`/Users/${body.id}`)).body).toEqual(body);
  });

  test('is refused with the value as it was sent when somebody has it in another case (S3.10)', async () => {
    await create('Quoted.Ünal@veldt.example');
    const other = await create('other.quoted@veldt.example');
    const sent = 'QUOTED.ünal@Veldt.example';
    const refusals = [
      await client.post('/Users', { userName: sent }),
      await client.put(`/Users/${other.id}`, { userName: sent }),
      await client.patchWith(`/Users/${other.id}`, { op: 'replace', path: 'userName', value: sent }),
    ];
    for (const { status, body } of refusals) {
      expect(status).toBe(409);
      expect(body.detail).toContain(`userName "${sent}"`);
    }
  });

  test('is found at once by userName in any case, by externalId, by work e-mail and by id', async () => {
    const { id } = await create('Found@veldt.example', {
      externalId: 'found',
      emails: [{ type: 'work', value: 'found.mail@veldt.example' }],
    });
    for (const filter of [
      'userName eq "FOUND@VELDT.EXAMPLE"',
      'externalId eq "found"',
      'emails[type eq "work"].value eq "found.mail@veldt.example"',
      `id eq "${id}"`,
      'userName sw "found" and active pr or title eq "nothing" or userName co "OUND@"',
    ]) {
      const { body } = await client.get(`/Users${filterBy(filter)}`);
      expect({ filter, ids: body.Resources.map((resource) => resource.id) }).toEqual({ filter, ids: [id] });
    }
  });

  test('is refused with 409 when somebody has the name in another case', async () => {
    await create('taken@veldt.example');
    const { status, body } = await client.post('/Users', { userName: 'TAKEN@veldt.example' });
    expect({ status, scimType: body.scimType }).toEqual({ status: 409, scimType: 'uniqueness' });
    expect(body.detail).toContain('userName');
  });

  test('is one of ten in a race, and the others get 409', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.post('/Users', { userName: 'race@veldt.example' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    const { body } = await client.get(`/Users${filterBy('userName eq "race@veldt.example"')}`);
    expect(body.totalResults).toBe(1);
  });

  test('may share its externalId with others', async () => {
    await create('same1@veldt.example', { externalId: 'same' });
    await create('same2@veldt.example', { externalId: 'same' });
    const { body } = await client.get(`/Users${filterBy('externalId eq "same"')}`);
    expect(body.totalResults).toBe(2);
  });
});

describe('a user that changes', () => {
  test('keeps the old state when nothing differs', async () => {
    const { id, meta } = await create('still@veldt.example', { title: 'Captain' });
    const { status, body } = await client.patchWith(`/Users/${id}`, {
      op: 'Replace',
      path: 'title',
      value: 'Captain',
    });
    expect(status).toBe(200);
    expect(body.meta).toEqual(meta);
  });

  test('frees its old name and takes the new one', async () => {
    const { id } = await create('before@veldt.example');
    await client.patchWith(`/Users/${id}`, { op: 'Replace', path: 'userName', value: 'after@veldt.example' });
    const find = async (name: string) =>
      (await client.get(`/Users${filterBy(`userName eq "${name}"`)}`)).body.totalResults;
    expect([await find('before@veldt.example'), await find('after@veldt.example')]).toEqual([0, 1]);
    expect((await client.post('/Users', { userName: 'before@veldt.example' })).status).toBe(201);
  });

  test('is refused a name that another has', async () => {
    await create('owner@veldt.example');
    const { id } = await create('wants@veldt.example');
    const rename = { op: 'Replace', path: 'userName', value: 'Owner@veldt.example' };
    const { status, body } = await client.patchWith(`/Users/${id}`, rename);
    expect({ status, scimType: body.scimType }).toEqual({ status: 409, scimType: 'uniqueness' });
    expect((await client.get(`/Users/${id}`)).body.userName).toBe('wants@veldt.example');
  });

  test('loses no change of twenty that arrive at once', async () => {
    const { id } = await create('busy@veldt.example');
    const names = ['title', 'nickName', 'displayName', 'userType', 'locale', 'timezone', 'profileUrl'];
    const answers = await Promise.all(
      names.map((path) => client.patchWith(`/Users/${id}`, { op: 'Add', path, value: `new ${path}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await client.get(`/Users/${id}`);
    for (const name of names) expect(body[name]).toBe(`new ${name}`);
  });

  test('is replaced by PUT: what is left out is gone, but a person never comes back to life that way', async () => {
    const { id } = await create('put@veldt.example', { title: 'Old', active: false });
    const { status, body } = await client.put(`/Users/${id}`, {
      id,
      userName: 'put@veldt.example',
      nickName: 'P',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ nickName: 'P', active: false });
    expect(body).not.toHaveProperty('title');
  });
});

describe('entity tags', () => {
  test('answer a read with 304 when the client has that version, and refuse a write to another with 412', async () => {
    const { id, meta } = await create('etag@veldt.example');
    const unchanged = await client.get(`/Users/${id}`, { headers: { 'If-None-Match': meta.version } });
    expect({ status: unchanged.status, body: unchanged.body }).toEqual({ status: 304, body: undefined });
    const change = { title: 'x', userName: 'etag@veldt.example' };
    const first = await client.put(`/Users/${id}`, change, { headers: { 'if-match': meta.version } });
    const second = await client.put(`/Users/${id}`, change, { headers: { 'if-match': meta.version } });
    expect([first.status, second.status]).toEqual([200, 412]);
  });
});

describe('a user that is deleted', () => {
  test('is gone for reads, filters and a second DELETE, and its name is free', async () => {
    const { id } = await create('gone@veldt.example');
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    expect((await client.delete(`/Users/${id}`)).status).toBe(404);
    const { body } = await client.get(`/Users${filterBy('userName eq "gone@veldt.example"')}`);
    expect(body.totalResults).toBe(0);
    expect((await client.post('/Users', { userName: 'gone@veldt.example' })).status).toBe(201);
  });
});

describe('a list', () => {
  test('shows everybody exactly once, page by page, with the startIndex that was asked for', async () => {
    const own = new ScimClient();
    for (let index = 0; index < 23; index++)
      await own.post('/Users', { userName: `p${index}@veldt.example` });
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= 23; startIndex += 5) {
      const { body } = await own.get(`/Users?startIndex=${startIndex}&count=5`);
      expect(body).toMatchObject({ startIndex, totalResults: 23, itemsPerPage: startIndex === 21 ? 3 : 5 });
      seen.push(...body.Resources.map(({ id }) => id));
    }
    expect(new Set(seen).size).toBe(23);
    const beyond = await own.get('/Users?startIndex=100&count=5');
    expect(beyond.body).toMatchObject({ startIndex: 100, totalResults: 23, itemsPerPage: 0, Resources: [] });
    const none = await own.get('/Users?count=0');
    expect(none.body).toMatchObject({ totalResults: 23, itemsPerPage: 0, Resources: [] });
  });

  test('sorts, filters and projects, also through POST /.search', async () => {
    const own = new ScimClient();
    for (const title of ['b', 'c', 'a'])
      await own.post('/Users', { userName: `${title}@veldt.example`, title });
    const { status, body } = await own.post('/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'title ge "b"',
      sortBy: 'title',
      sortOrder: 'descending',
      attributes: ['title'],
    });
    expect(status).toBe(200);
    expect(body.Resources.map((resource) => [Object.keys(resource).sort(), resource.title])).toEqual([
      [['id', 'schemas', 'title'], 'c'],
      [['id', 'schemas', 'title'], 'b'],
    ]);
  });
});
