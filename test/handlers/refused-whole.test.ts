// What refuses a whole request although most of it could be done, and what the client is told then (docs/decisions.md).

import { describe, expect, test } from '@jest/globals';
import { ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
let made = 0;
const createUser = async (): Promise<string> =>
  (await client.post('/Users', { userName: `whole${++made}@veldt.example`, title: 'Mate' })).body.id;

describe('a push of members with unknown ids among them (S3.9)', () => {
  const unknown = Array.from({ length: 12 }, () => crypto.randomUUID());
  const values = (ids: readonly string[]) => ids.map((value) => ({ value }));

  test.each(['add', 'Add', 'replace'])('changes nothing by %s, and names them all at once', async (op) => {
    const known = await Promise.all(Array.from({ length: 5 }, createUser));
    const [first = ''] = known;
    const group = await client.post('/Groups', { displayName: `Push ${++made}`, members: values([first]) });
    const value = values([...known, ...unknown.slice(0, 2)]);
    const { status, body } = await client.patchWith(`/Groups/${group.body.id}`, {
      op,
      path: 'members',
      value,
    });
    expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: 'invalidValue' });
    for (const id of unknown.slice(0, 2)) expect(body.detail).toContain(id);
    for (const id of known) expect(body.detail).not.toContain(id);
    const { members } = (await client.get(`/Groups/${group.body.id}`)).body;
    expect(members.map((member) => member.value)).toEqual([first]);
  });

  test('names ten of them, and how many there are', async () => {
    const { status, body } = await client.post('/Groups', {
      displayName: 'Nobody',
      members: values(unknown),
    });
    expect(status).toBe(400);
    expect(body.detail).toContain('12 of 12 ids');
    expect(unknown.filter((id) => body.detail.includes(id))).toHaveLength(10);
  });
});

describe('an unknown attribute in a PATCH (S3.9)', () => {
  const known = { op: 'replace', path: 'title', value: 'Captain' };

  test('refuses all when its path conforms, and is named', async () => {
    const id = await createUser();
    const unknown = { op: 'replace', path: 'displyName', value: 'Ann' };
    const { status, body } = await client.patchWith(`/Users/${id}`, known, unknown);
    expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: 'invalidPath' });
    expect(body.detail).toContain('displyName');
    expect((await client.get(`/Users/${id}`)).body.title).toBe('Mate');
  });

  test.each([
    [{ op: 'Replace', path: 'displyName', value: 'Ann' }],
    [{ op: 'replace', value: { displyName: 'Ann' } }],
    [{ op: 'replace', path: 'urn:ietf:params:scim:schemas:extension:none:2.0:User:badge', value: '7' }],
  ])('refuses nothing when it comes as Entra sends it: %j', async (unknown) => {
    const id = await createUser();
    const { status, body } = await client.patchWith(`/Users/${id}`, known, unknown);
    expect([status, body.title]).toEqual([200, 'Captain']);
  });
});
