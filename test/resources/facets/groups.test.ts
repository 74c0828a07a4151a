// Groups whose members are changed concurrently, and requests that crash between two writes.

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { documents } from '../../../lambdas/table/client.ts';
import { consumedBy } from '../../support/consumed-capacity.ts';
import { killAtWrite, revive } from '../../support/faults.ts';
import { type Answer, filterBy, ScimClient } from '../../support/scim-client.ts';

const client = new ScimClient();

let userIds: string[];

beforeAll(async () => {
  const created = await Promise.all(
    Array.from({ length: 60 }, (_, index) => client.post('/Users', { userName: `g${index}@veldt.example` })),
  );
  userIds = created.map(({ body }) => body.id);
});

let groups = 0;
const newGroup = async (members: readonly string[] = []): Promise<string> => {
  const { status, body } = await client.post('/Groups', {
    displayName: `Group ${++groups}`,
    members: members.map((value) => ({ value })),
  });
  expect(status).toBe(201);
  return body.id;
};

const membersOf = async (groupId: string): Promise<string[]> => {
  const { body } = await client.get(`/Groups/${groupId}`);
  return (body.members ?? []).map(({ value }) => value).sort();
};

const groupsOf = async (userId: string): Promise<string[]> => {
  const { body } = await client.get(`/Users/${userId}?attributes=groups`);
  return ((body.groups ?? []) as { value: string }[]).map(({ value }) => value).sort();
};

const values = (ids: readonly string[]) => ids.map((value) => ({ value }));
const patchMembers = (groupId: string, op: string, ids: readonly string[]) =>
  client.patchWith(`/Groups/${groupId}`, { op, path: 'members', value: values(ids) });

describe('a creation with members', () => {
  test('of forty at once one is made, and the others are refused before they write any member', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        client.post('/Groups', { displayName: 'Raced', members: values(userIds.slice(0, 3)) }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 39 }, () => 409)]);
    const made = answers.find(({ status }) => status === 201)?.body.id ?? '';
    expect(await membersOf(made)).toEqual(userIds.slice(0, 3).sort());
    expect(await groupsOf(userIds[0] ?? '')).toContain(made);
    expect((await groupsOf(userIds[0] ?? '')).length).toBe(1);
  });

  test.each(['PATCH', 'PUT'])('that died leaves its name to a %s, after half a minute', async (method) => {
    const displayName = `Abandoned before ${method}`;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 31_000);
    killAtWrite(2, 'beforeWrite');
    await client.post('/Groups', { displayName, members: values(userIds.slice(0, 2)) });
    expect(revive()).toBe(true);
    clock.mockRestore();
    const other = await newGroup();
    const answer =
      method === 'PUT'
        ? await client.put(`/Groups/${other}`, { displayName })
        : await client.patchWith(`/Groups/${other}`, {
            op: 'replace',
            path: 'displayName',
            value: displayName,
          });
    expect([200, 204]).toContain(answer.status);
    const found = await client.get(`/Groups${filterBy(`displayName eq "${displayName}"`)}`);
    expect(found.body.totalResults).toBe(1);
  });

  test.each([1, 2, 3])(
    'that dies at its write %s is not seen, and leaves its name after half a minute (S1.2)',
    async (nth) => {
      const displayName = `Cut off ${nth}`;
      const post = () => client.post('/Groups', { displayName, members: values(userIds.slice(0, 2)) });
      killAtWrite(nth, 'beforeWrite');
      const answer = await post();
      expect(revive()).toBe(true);
      expect(answer.status).toBeGreaterThanOrEqual(500);
      const found = await client.get(`/Groups${filterBy(`displayName eq ${JSON.stringify(displayName)}`)}`);
      expect(found.body.totalResults).toBe(0);
      if (nth === 1) return expect((await post()).status).toBe(201);
      // 409 would say that there is such a group, and the client would look for it in vain.
      const refused = await post();
      expect(refused).toMatchObject({
        status: 503,
        body: { detail: expect.stringContaining('interrupted') },
      });
      const secondsLeft = Number(refused.headers['Retry-After']);
      expect(secondsLeft).toBeGreaterThan(20);
      expect(secondsLeft).toBeLessThanOrEqual(30);
      const realNow = Date.now;
      Date.now = () => realNow() + 31_000;
      try {
        expect((await post()).status).toBe(201);
      } finally {
        Date.now = realNow;
      }
    },
  );
});

test('two groups of one name, told apart by externalId, are found at once', async () => {
  const post = (externalId?: string) => client.post('/Groups', { displayName: 'Twins', externalId });
  expect((await post('a')).status).toBe(201);
  expect((await post('b')).status).toBe(201);
  expect((await post()).status).toBe(201);
  expect((await post('b')).status).toBe(409);
  expect((await post()).status).toBe(409);
  const { body } = await client.get(`/Groups${filterBy('displayName eq "twins"')}`);
  expect(body.totalResults).toBe(3);
  // Setting the externalId of another one is refused and changes nothing.
  const [first] = body.Resources;
  const changed = await client.patchWith(`/Groups/${first?.id}`, {
    op: 'replace',
    path: 'externalId',
    value: first?.externalId === 'a' ? 'b' : 'a',
  });
  expect(changed.status).toBe(409);
});

describe('the whole list', () => {
  test('of two replaces at once one wins, never the union', async () => {
    const groupId = await newGroup(userIds.slice(0, 5));
    for (let round = 0; round < 10; round++) {
      const lists = [userIds.slice(10, 14), userIds.slice(20, 26)];
      const answers = await Promise.all(lists.map((ids) => patchMembers(groupId, 'replace', ids)));
      expect(answers.map(({ status }) => status)).toEqual([204, 204]);
      expect(lists.map((ids) => [...ids].sort())).toContainEqual(await membersOf(groupId));
    }
  });

  test('is replaced beside adds and removes as if one came after the other, also when requests die and are repeated', async () => {
    for (let round = 0; round < 6; round++) {
      const groupId = await newGroup(userIds.slice(0, 10));
      const lists = [userIds.slice(5, 15), userIds.slice(12, 20)];
      const added = userIds.slice(30, 50);
      const removed = userIds.slice(0, 10);
      const until = async (send: () => Promise<Answer>) => {
        for (let attempt = 0; attempt < 40; attempt++) {
          const { status } = await send();
          if (status < 500) return expect(status).toBe(204);
          await sleep(50);
        }
        throw new Error('Never done.');
      };
      killAtWrite(3 + round * 7, round % 2 === 0 ? 'afterWrite' : 'beforeWrite');
      const work = Promise.all([
        ...lists.map((ids) => until(() => patchMembers(groupId, 'replace', ids))),
        ...added.map((id) => until(() => patchMembers(groupId, 'add', [id]))),
        ...removed.map((id) => until(() => patchMembers(groupId, 'remove', [id]))),
      ]);
      const reviving = setInterval(revive, 20);
      await work.finally(() => clearInterval(reviving));
      revive();
      const state = new Set(await membersOf(groupId));
      // A user in neither list who was not added is out; a user in both lists who was not removed is in.
      for (const id of userIds.slice(20, 30)) expect(state.has(id)).toBe(false);
      for (const id of userIds.slice(12, 15)) expect(state.has(id)).toBe(true);
      for (const id of [...state]) expect(await groupsOf(id)).toContain(groupId);
    }
  }, 120_000);
});

test('of an add and a remove of one member at once both sides agree', async () => {
  const groupId = await newGroup();
  const [userId = ''] = userIds.slice(55);
  for (let round = 0; round < 15; round++) {
    const both = ['add', 'remove'].map((op) => patchMembers(groupId, op, [userId]));
    for (const { status } of await Promise.all(both)) expect(status).toBe(204);
    expect((await groupsOf(userId)).includes(groupId)).toBe((await membersOf(groupId)).includes(userId));
  }
});

describe('what is there already', () => {
  test('is not written again: no version, no time, no entry in the log', async () => {
    const groupId = await newGroup(userIds.slice(0, 3));
    const before = (await client.get(`/Groups/${groupId}?excludedAttributes=members`)).body.meta;
    const { write, read } = await consumedBy(async () => {
      expect((await patchMembers(groupId, 'add', [userIds[1] ?? ''])).status).toBe(204);
    });
    expect({ write, read }).toEqual({ write: 0, read: 3 });
    expect((await patchMembers(groupId, 'remove', [userIds[40] ?? ''])).status).toBe(204);
    expect((await client.get(`/Groups/${groupId}?excludedAttributes=members`)).body.meta).toEqual(before);
  });

  test('does not hide that there is no such group', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await patchMembers(nobody, 'add', [])).status).toBe(404);
    expect((await patchMembers(nobody, 'add', userIds.slice(0, 1))).status).toBe(404);
    expect((await patchMembers(nobody, 'replace', [])).status).toBe(404);
  });
});

describe('a removal by type', () => {
  const add = (...ids: string[]) => ({ op: 'add', path: 'members', value: values(ids) });
  const remove = (filter: string) => ({ op: 'remove', path: `members${filter}` });
  const bothTypes = async () => [userIds[0] ?? '', userIds[1] ?? '', await newGroup()] as const;

  test('takes a group that the same request adds for a group', async () => {
    const [user, other, nested] = await bothTypes();
    const id = await newGroup([other]);
    const { status } = await client.patchWith(
      `/Groups/${id}`,
      add(user, nested),
      remove('[type eq "Group"]'),
    );
    expect([status, await membersOf(id)]).toEqual([204, [user, other].sort()]);
    await client.patchWith(`/Groups/${id}`, add(nested, user), remove('[type eq "User"]'));
    expect(await membersOf(id)).toEqual([nested]);
  });

  test('keeps a group that is removed and added again before', async () => {
    const [user, , nested] = await bothTypes();
    for (const present of [[user], [user, nested]]) {
      const id = await newGroup(present);
      const { status } = await client.patchWith(
        `/Groups/${id}`,
        remove(''),
        add(nested, user),
        remove('[type eq "User"]'),
      );
      expect([status, await membersOf(id)]).toEqual([204, [nested]]);
    }
  });

  test('keeps a present group that the same request adds', async () => {
    const [user, , nested] = await bothTypes();
    const id = await newGroup([user, nested]);
    await client.patchWith(`/Groups/${id}`, add(nested), remove('[type eq "User"]'));
    expect(await membersOf(id)).toEqual([nested]);
  });

  test('does not hide that an added id is nobody', async () => {
    const [user] = await bothTypes();
    const id = await newGroup([user]);
    const nobody = '00000000-0000-4000-8000-000000000000';
    const { status } = await client.patchWith(`/Groups/${id}`, add(nobody), remove('[type eq "User"]'));
    expect([status, await membersOf(id)]).toEqual([400, [user]]);
  });
});

test('an answer that shows memberships is never 304', async () => {
  const groupId = await newGroup();
  const [userId = ''] = userIds.slice(56);
  const known = async (path: string) => {
    const { headers } = await client.get(path);
    return client.get(path, { headers: { 'If-None-Match': headers.ETag ?? '' } });
  };
  await patchMembers(groupId, 'add', [userId]);
  expect((await known(`/Users/${userId}?attributes=groups`)).status).toBe(200);
  expect((await known(`/Groups/${groupId}`)).status).toBe(200);
  expect((await known(`/Groups/${groupId}?excludedAttributes=members`)).status).toBe(304);
  expect((await known(`/Users/${userId}`)).status).toBe(304);
});

test('a write whose answer was lost is recognised when it is repeated', async () => {
  const { body, headers } = await client.post('/Users', { userName: 'lost@veldt.example' });
  // What the SDK does if it gets no response: it sends the same command again.
  let repeated = 0;
  documents.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (!/Put|Update|Transact/.test(String(commandName)) || repeated++ > 0) return result;
        return next(args);
      },
    { step: 'finalizeRequest', name: 'lostAnswer' },
  );
  try {
    const changed = await client.patch(
      `/Users/${body.id}`,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'title', value: 'Engineer' }],
      },
      { headers: { 'If-Match': headers.ETag ?? '' } },
    );
    expect(changed.status).toBe(200);
    repeated = 0;
    expect(
      (await client.delete(`/Users/${body.id}`, { headers: { 'If-Match': changed.headers.ETag ?? '' } }))
        .status,
    ).toBe(204);
    repeated = 0;
    expect((await client.post('/Users', { userName: 'lost2@veldt.example' })).status).toBe(201);
  } finally {
    documents.middlewareStack.remove('lostAnswer');
  }
});
