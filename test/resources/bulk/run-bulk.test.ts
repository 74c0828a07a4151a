// What a client cannot cause: running out of time, and a failing table. And which operations run concurrently.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runsOf } from '../../../lambdas/resources/bulk/bulk-runs.ts';
import { runBulk } from '../../../lambdas/resources/bulk/run-bulk.ts';
import { executionOrder, parseBulkRequest } from '../../../lambdas/scim/bulk/bulk.ts';
import { ScimError } from '../../../lambdas/scim/errors/errors.ts';
import type { JsonObject } from '../../../lambdas/scim/json.ts';
import { documents } from '../../../lambdas/table/client.ts';
import { assembleTypes } from '../../../lambdas/tenants/types.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { ScimClient } from '../../support/scim-client.ts';

const user = (bulkId: string, more: JsonObject = {}): JsonObject => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: `${bulkId}@veldt.example`, ...more },
});
const group = (bulkId: string, ...members: string[]): JsonObject => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value: `bulkId:${value}` })) },
});

describe('operations are done at the same time', () => {
  const cut = (size: number, ...operations: JsonObject[]) => {
    const ordered = executionOrder(parseBulkRequest({ Operations: operations }).operations);
    return runsOf(ordered, assembleTypes([]), size).map((run) => run.map(({ bulkId }) => bulkId ?? '-'));
  };
  const deletion: JsonObject = { method: 'DELETE', path: `/Users/${randomUUID()}` };

  test.each<[string, JsonObject[], string[][]]>([
    ['when they create', [user('a'), group('b'), user('c')], [['a', 'b', 'c']]],
    ['as many as may be', [user('a'), user('b'), user('c'), user('d')], [['a', 'b', 'c'], ['d']]],
    [
      'unless they change what is there',
      [user('a'), deletion, deletion, user('b')],
      [['a'], ['-'], ['-'], ['b']],
    ],
    ['unless one refers to another', [user('a'), group('b', 'a'), user('c')], [['a'], ['b', 'c']]],
    [
      'unless two want one unique value, whatever its case',
      [user('a'), user('b', { UserName: 'A@Veldt.example' }), user('c')],
      [['a'], ['b', 'c']],
    ],
    [
      'unless two want one unique value, whatever the case of the path',
      [
        { ...user('a'), path: '/users' },
        { ...user('b', { userName: 'a@veldt.example' }), path: '/users' },
      ],
      [['a'], ['b']],
    ],
    ['when they want the same for different types', [user('a', { userName: 'b' }), group('b')], [['a', 'b']]],
    ['when one cannot be read', [user('a'), user('b', { userName: null }), user('c')], [['a', 'b', 'c']]],
    ['when there is no such type', [user('a'), { ...user('b'), path: '/Cars' }], [['a', 'b']]],
  ])('%s', (_, operations, runs) => {
    expect(cut(3, ...operations)).toEqual(runs);
  });

  test('one by one when that is asked for', () => {
    expect(cut(1, user('a'), user('b'))).toEqual([['a'], ['b']]);
  });
});

describe('without time', () => {
  const client = new ScimClient();
  beforeAll(() => client.open());
  const run = async (until: number, ...operations: JsonObject[]) => {
    const explain = (error: unknown) => {
      if (error instanceof ScimError) return error;
      throw error;
    };
    const caller = {
      tenant: { id: client.incarnation, tenantUrl: client.tenantUrl },
      principal: { kind: 'token', tenant: client.incarnation, keyId: 'key' },
    } as const;
    const { body } = await runBulk(caller, parseBulkRequest({ Operations: operations }), explain, until);
    return body.Operations;
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('every operation is answered with 503 and the advice to send fewer', async () => {
    expect(await run(0, user('late'), { method: 'DELETE', path: '/Users/1' })).toEqual([
      expect.objectContaining({ bulkId: 'late', status: '503' }),
      expect.objectContaining({
        method: 'DELETE',
        status: '503',
        response: expect.objectContaining({ detail: expect.stringContaining('fewer operations') }),
      }),
    ]);
    expect((await client.get('/Users')).body.totalResults).toBe(0);
  });

  test('a circle that is half done is taken back', async () => {
    const now = Date.now();
    // Time runs out as soon as the first of the two groups has been created.
    const send = jest.spyOn(documents, 'send');
    jest.spyOn(Date, 'now').mockImplementation(() => {
      const created = send.mock.calls.some(
        ([command]) => command.constructor.name === 'TransactWriteCommand',
      );
      return created ? now + 1000 : now;
    });
    const operations = [group('half-a', 'half-b'), group('half-b', 'half-a')];
    expect(await run(now + 500, ...operations)).toEqual([
      expect.objectContaining({ bulkId: 'half-a', status: '503' }),
      expect.objectContaining({ bulkId: 'half-b', status: '409' }),
    ]);
    jest.restoreAllMocks();
    expect((await client.get('/Groups')).body.totalResults).toBe(0);
  });
});

describe('a table that fails for one operation', () => {
  const client = new ScimClient(freshTenantId());
  let failure: object | undefined;

  beforeAll(() => {
    documents.middlewareStack.add(
      (next) => async (args) => {
        // The creation, not its entry in the provisioning log.
        if (failure && 'TransactItems' in args.input && JSON.stringify(args.input).includes('unlucky')) {
          throw Object.assign(new Error('unlucky@veldt.example does not fit'), failure);
        }
        return next(args);
      },
      { step: 'initialize', name: 'failure' },
    );
  });
  afterEach(() => {
    failure = undefined;
    jest.restoreAllMocks();
  });

  test.each([
    ['503 when it can be repeated', { $fault: 'server' }, '503'],
    ['500 otherwise', { name: 'TypeError' }, '500'],
  ])('is its %s, without details, and no affair of the others', async (_, kind, status) => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    failure = kind;
    const names = ['before', 'unlucky', 'after'].map((name) => `${name}-${status}`);
    const { status: whole, body } = await client.post('/Bulk', {
      Operations: names.map((name) => user(name)),
    });
    expect(whole).toBe(200);
    expect(body.Operations).toEqual([
      expect.objectContaining({ status: '201' }),
      {
        method: 'POST',
        bulkId: names[1],
        status,
        response: expect.objectContaining({ status, detail: expect.stringMatching(/equest id: /) }),
      },
      expect.objectContaining({ status: '201' }),
    ]);
    expect(JSON.stringify(body)).not.toContain('does not fit');
    expect(log).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(log.mock.calls)).not.toMatch(/unlucky|veldt/);
  });
});
