// A deployment can be rolled back: the functions of each release here read and change what those of today write, and the
// other way round.

import '../support/own-table.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayAuthorizerResult, APIGatewayProxyResult, DynamoDBBatchResponse } from 'aws-lambda';
import { readCurrentToken } from '../../lambdas/credentials/token-secret.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { handler as authorize } from '../../lambdas/handlers/authorizer.ts';
import { partsOf, tenantOf } from '../../lambdas/platform/tenant.ts';
import { freshIncarnation, freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream, deliver } from '../support/change-stream.ts';
import { FunctionProcess } from '../support/function-process.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';
import { releases, unpackAssembly } from './releases.ts';

const HANDLERS = [
  ...(['users', 'groups', 'resources', 'bulk', 'discovery', 'changes'] as const),
  ...(['authorizer', 'token-rotation'] as const),
];
type Name = (typeof HANDLERS)[number];

const stream = new ChangeStream();
beforeAll(() => stream.open());
afterAll(() => stream.close());

const handlerNameOf = (path: string): Name => {
  const collection = path.split('/')[1]?.toLowerCase() ?? '';
  if (collection === 'users' || collection === 'groups' || collection === 'bulk') return collection;
  return /^(schemas|resourcetypes|serviceproviderconfig)$/.test(collection) ? 'discovery' : 'resources';
};

describe.each(releases)('release %s and that of today', (release) => {
  const assembly = unpackAssembly(release);
  const processes = new Map<Name, FunctionProcess>();
  let now: ScimClient;
  let before: ScimClient;

  const functionOf = (name: Name): FunctionProcess => {
    const found = processes.get(name);
    if (!found) throw new Error(`The function ${name} is not running.`);
    return found;
  };

  beforeAll(async () => {
    for (const name of HANDLERS) {
      const file = assembly.bundleOf(`lambdas/handlers/${name}.ts`);
      processes.set(name, await FunctionProcess.start(file));
    }
    now = new ScimClient(freshTenantId());
    const incarnation = await now.createTenant();
    before = new ScimClient(
      now.tenant,
      (path) => (event) => functionOf(handlerNameOf(path)).invoke<APIGatewayProxyResult>(event),
    ).useTokenOf(incarnation);
  });
  afterAll(() => {
    for (const each of processes.values()) each.stop();
    assembly.remove();
  });

  /** The stream, processed by the function of that release. */
  const settleBefore = () =>
    stream.settle(async (records) => {
      const { batchItemFailures } = await functionOf('changes').invoke<DynamoDBBatchResponse>({
        Records: records,
      });
      expect(batchItemFailures).toEqual([]);
    });
  const settleNow = () =>
    stream.settle(async (records) => {
      expect((await deliver(records)).batchItemFailures).toEqual([]);
    });

  test('let the tokens of each other in, those that were rotated as well', async () => {
    const made = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
    const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';
    const ask = (token: string) => ({
      type: 'TOKEN' as const,
      authorizationToken: `Bearer ${token}`,
      methodArn,
    });
    const verdictOf = (token: string) =>
      functionOf('authorizer').invoke<APIGatewayAuthorizerResult>(ask(token));
    const { principalId, context } = await verdictOf(made.token);
    expect([principalId, context]).toEqual([
      tenantOf(made.tenant),
      { ...partsOf(made.tenant), keyId: made.keyId },
    ]);

    const keyId = randomUUID();
    const SecretId = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/${made.tenant}/token`;
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      await functionOf('token-rotation').invoke({ Step, SecretId, ClientRequestToken: keyId });
    }
    const rotated = await readCurrentToken(made.tenant);
    expect(rotated?.keyId).toBe(keyId);
    expect((await authorize(ask(rotated?.token ?? ''))).context).toMatchObject({ keyId });
    expect((await authorize(ask(made.token))).context).toMatchObject({ keyId: made.keyId });
    await expect(verdictOf(`${made.token.slice(0, -1)}_`)).rejects.toThrow('Unauthorized');
  });

  describe.each([
    [
      'what it writes is read, changed and deleted today',
      () => ({ writer: before, other: now, settle: settleNow }),
    ],
    [
      'it reads, changes and deletes what is written today',
      () => ({ writer: now, other: before, settle: settleBefore }),
    ],
  ])('%s', (title, sides) => {
    const domain = `${title.length}.veldt.example`;
    const userName = `Alice.Ünal@${domain}`;

    test('a user, by everything that finds it', async () => {
      const { writer, other, settle } = sides();
      const emails = [userName, `second@${domain}`].map((value) => ({ type: 'work', value }));
      const made = await writer.post('/Users', { userName, externalId: domain, active: true, emails });
      expect(made.status).toBe(201);
      for (const filter of [
        `userName eq "${userName.toUpperCase()}"`,
        `externalId eq "${domain}"`,
        `emails[type eq "work"].value eq "second@${domain}"`,
      ]) {
        const { Resources } = (await other.get(`/Users${filterBy(filter)}`)).body;
        expect(Resources).toEqual([made.body]);
      }
      expect((await other.post('/Users', { userName })).status).toBe(409);
      const path = `/Users/${made.body.id}`;
      const renamed = await other.patchWith(path, {
        op: 'replace',
        path: 'userName',
        value: `bob@${domain}`,
      });
      expect(renamed.body.userName).toBe(`bob@${domain}`);
      expect((await writer.get(path)).body).toEqual(renamed.body);
      expect((await writer.post('/Users', { userName })).status).toBe(201);
      const types = (await settle()).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['user.created', 'user.updated']));
    });

    test('a group and its members', async () => {
      const { writer, other, settle } = sides();
      const [alice, bob] = (await writer.get(`/Users${filterBy(`userName ew "@${domain}"`)}`)).body.Resources;
      const made = await writer.post('/Groups', {
        displayName: domain,
        members: [{ value: alice?.id }, { value: bob?.id }],
      });
      expect(made.status).toBe(201);
      const path = `/Groups/${made.body.id}`;
      expect((await other.get(path)).body).toEqual(made.body);
      await other.patchWith(path, { op: 'remove', path: `members[value eq "${alice?.id}"]` });
      expect((await writer.get(path)).body.members.map(({ value }) => value)).toEqual([bob?.id]);
      expect((await other.delete(`/Users/${bob?.id}`)).status).toBe(204);
      expect((await writer.get(path)).body.members ?? []).toEqual([]);
      const types = (await settle()).map(({ type }) => type);
      expect(types).toEqual(
        expect.arrayContaining([
          'group.created',
          'group.member.added',
          'group.member.removed',
          'user.deleted',
        ]),
      );
    });

    test('a bulk request, what is counted, and the description of the service', async () => {
      const { writer, other, settle } = sides();
      const { body } = await writer.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: `bulk@${domain}` } },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'b',
            data: { displayName: `bulk ${domain}`, members: [{ value: 'bulkId:a' }] },
          },
        ],
      });
      expect(body.Operations).toEqual([
        expect.objectContaining({ status: '201' }),
        expect.objectContaining({ status: '201' }),
      ]);
      await settle();
      const ofOther = (await other.get('/Users?count=0')).body.totalResults;
      expect(ofOther).toBe((await writer.get('/Users?count=0')).body.totalResults);
      expect(ofOther).toBe((await other.get('/Users')).body.Resources.length);
      for (const path of ['/Schemas', '/ResourceTypes']) {
        const ids = async (client: ScimClient) => (await client.get(path)).body.Resources.map(({ id }) => id);
        expect(await ids(other)).toEqual(await ids(writer));
      }
    });
  });
});
