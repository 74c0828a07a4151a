// Two groups of one name: allowed with different externalIds, and named by the log.

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { documents } from '../../lambdas/table/client.ts';
import { logged, logOf } from '../support/provisioning-log.ts';
import { ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
beforeAll(() => client.createTenant());
afterEach(() => {
  jest.restoreAllMocks();
});

const create = (displayName: string, more: object = {}) => client.post('/Groups', { displayName, ...more });

test('the log names the other groups of a name, at a creation and at a renaming (S3.8)', async () => {
  const { answer: first, entries } = await logged(client, () => create('Managers', { externalId: 'one' }));
  expect(entries[0]?.sameName).toBeUndefined();
  const { answer: second, entries: ofSecond } = await logged(client, () =>
    create('MANAGERS', { externalId: 'two' }),
  );
  expect(second.status).toBe(201);
  expect(ofSecond[0]?.sameName).toEqual({ count: 1, names: [first.body.id] });
  const { body: third } = await create('Others');
  const rename = { op: 'replace', path: 'displayName', value: 'managers' };
  const { entries: ofRename } = await logged(client, () => client.patchWith(`/Groups/${third.id}`, rename));
  expect(ofRename[0]?.sameName?.count).toBe(2);
  const { entries: ofTitle } = await logged(client, () =>
    client.patchWith(`/Groups/${third.id}`, { op: 'add', path: 'externalId', value: 'three' }),
  );
  expect(ofTitle[0]?.sameName).toBeUndefined();
});

test('a table that does not say who else has the name holds neither the answer nor its entry (S3.8)', async () => {
  await create('Silent', { externalId: 'one' });
  const real = documents.send.bind(documents) as (...args: unknown[]) => Promise<unknown>;
  const silent = (command: object, ...options: unknown[]) =>
    command instanceof QueryCommand ? new Promise(() => {}) : real(command, ...options);
  const sending = jest.spyOn(documents, 'send').mockImplementation(silent as typeof documents.send);
  const answer = await create('Silent', { externalId: 'two' });
  sending.mockRestore();
  expect(answer.status).toBe(201);
  const [entry] = await logOf(client, { requestId: answer.headers['X-Request-Id'] });
  expect(entry).toMatchObject({ operation: 'create', status: 201 });
  expect(entry?.sameName).toBeUndefined();
});

test.each([
  ['the same externalId', { externalId: 'x' }],
  ['no externalId', {}],
])('of ten creations at once with one name and %s, one wins and nine are 409 (S3.8)', async (what, more) => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => create(`Race ${what}`, more)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
});

test('of two groups that take one name and externalId at once, one is 409 (S3.8)', async () => {
  const groups = await Promise.all([create('A', { externalId: 'r' }), create('B', { externalId: 'r' })]);
  const rename = (id: string) =>
    client.patchWith(`/Groups/${id}`, { op: 'replace', path: 'displayName', value: 'Both' });
  const renamed = await Promise.all(groups.map(({ body }) => rename(body.id)));
  const statuses = renamed.map(({ status }) => status).sort();
  expect(statuses.at(-1)).toBe(409);
  expect(statuses[0]).toBeLessThan(300);
});
