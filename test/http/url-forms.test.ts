// A Tenant URL has two forms, `<base>/<tenant>/v2` and `<base>/v2`, and people paste it with a slash or type it in lower
// case: each tenant sees its own directory in all of them, and every URL in an answer has the form of the request.

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { handler as users } from '../../lambdas/handlers/users.ts';
import type { ScimEvent } from '../../lambdas/http/gateway.ts';
import { ScimClient, type UrlForm } from '../support/scim-client.ts';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

const forms: readonly UrlForm[] = ['tenant', 'tenantless'];

/** Every URL of this service anywhere in an answer. */
const urlsIn = (answer: { body: unknown; headers: Record<string, string> }): string[] => [
  ...new Set(JSON.stringify([answer.body, answer.headers]).match(/https:\/\/scim\.example\.com[^"\\]*/g)),
];

describe.each(forms)('in the %s form', (form) => {
  const one = new ScimClient().in(form);
  const other = new ScimClient().in(form);
  let user: string;
  let group: string;
  beforeAll(async () => {
    user = (await one.post('/Users', { userName: 'forms@veldt.example' })).body.id;
    const members = [{ value: user }];
    group = (await one.post('/Groups', { displayName: 'Forms', members })).body.id;
    await other.post('/Users', { userName: 'elsewhere@veldt.example' });
  });

  test.each([
    ['a user', () => one.get(`/Users/${user}?attributes=groups,userName`)],
    ['a group', () => one.get(`/Groups/${group}`)],
    ['a list', () => one.get('/Users?count=1&cursor=')],
    ['a creation', () => one.post('/Users', { userName: `${crypto.randomUUID()}@veldt.example` })],
    ['a search over all types', () => one.post('/.search', { schemas: [SEARCH], filter: 'userName pr' })],
    ['the configuration', () => one.get('/ServiceProviderConfig')],
    ['resource types', () => one.get('/ResourceTypes')],
    ['schemas', () => one.get('/Schemas')],
    [
      'a PATCH',
      () =>
        one.patch(`/Users/${user}`, {
          schemas: [PATCH],
          Operations: [{ op: 'replace', path: 'title', value: crypto.randomUUID() }],
        }),
    ],
    [
      'a bulk request',
      () =>
        one.post('/Bulk', {
          schemas: [BULK],
          Operations: [
            { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: `${crypto.randomUUID()}@x` } },
            {
              method: 'POST',
              path: '/Groups',
              bulkId: 'g',
              data: { displayName: crypto.randomUUID(), members: [{ value: 'bulkId:u' }] },
            },
            { method: 'DELETE', path: `/Users/${crypto.randomUUID()}` },
          ],
        }),
    ],
  ])('%s has URLs of this form only', async (_, ask) => {
    const answer = await ask();
    expect(answer.status).toBeLessThan(300);
    const urls = urlsIn(answer);
    expect(urls.length).toBeGreaterThan(0);
    expect(urls.filter((url) => !url.startsWith(`${one.tenantUrl}/`))).toEqual([]);
  });

  test('a bulk request resolves what refers to what', async () => {
    const { body } = await one.post('/Bulk', {
      schemas: [BULK],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: `${crypto.randomUUID()}@x` } },
        {
          method: 'PATCH',
          path: `/Groups/${group}`,
          data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }] }] },
        },
      ],
    });
    const operations = body.Operations as { status: string; location: string }[];
    expect(operations.map(({ status }) => status)).toEqual(['201', '200']);
    const id = operations[0]?.location.split('/').at(-1);
    const { body: seen } = await one.get(`/Groups/${group}`);
    expect(seen.members.map(({ value }) => value)).toContain(id);
  });

  test('a cursor leads on', async () => {
    const first = await one.get('/Users?count=1&cursor=');
    const next = await one.get(
      `/Users?${new URLSearchParams({ count: '1', cursor: String(first.body.nextCursor) })}`,
    );
    expect(next.status).toBe(200);
    expect(next.body.Resources.map(({ id }) => id)).not.toEqual(first.body.Resources.map(({ id }) => id));
  });

  test('nobody sees or changes what another tenant has', async () => {
    const operation = { op: 'replace', path: 'title', value: 'stolen' };
    for (const [method, path, body] of [
      ['GET', `/Users/${user}`],
      ['GET', `/Groups/${group}`],
      ['PUT', `/Users/${user}`, { userName: 'stolen' }],
      ['PATCH', `/Users/${user}`, { schemas: [PATCH], Operations: [operation] }],
      ['DELETE', `/Users/${user}`],
    ] as const) {
      expect([path, (await other.send(method, path, { body })).status]).toEqual([path, 404]);
    }
    expect((await other.get('/Users')).body.Resources.map(({ id }) => id)).not.toContain(user);
    expect((await one.get(`/Users/${user}`)).body.userName).toBe('forms@veldt.example');
  });

  describe('a Tenant URL that was pasted with a slash, and a path in another case (S3.9)', () => {
    test.each(['/', '//', ''])('%jUsers', async (slashes) => {
      const path = `/${slashes}${slashes === '' ? 'users' : 'Users'}`;
      const created = await one.post(path, { userName: `${crypto.randomUUID()}@veldt.example` });
      expect(created.status).toBe(201);
      expect(created.body.meta.location).toBe(`${one.tenantUrl}/Users/${created.body.id}`);
      expect((await one.get(`${path}/${user}`)).body.userName).toBe('forms@veldt.example');
    });

    test.each([
      ['//Schemas', 'ListResponse'],
      ['/schemas', 'ListResponse'],
      ['//Schemas/urn:ietf:params:scim:schemas:core:2.0:User', 'Schema'],
      ['//ResourceTypes', 'ListResponse'],
      ['/resourcetypes/Group', 'ResourceType'],
      ['//ServiceProviderConfig', 'ServiceProviderConfig'],
      ['/serviceproviderconfig', 'ServiceProviderConfig'],
    ])('%s is a %s', async (path, kind) => {
      const { status, body } = await one.get(path);
      expect(status).toBe(200);
      expect(body.schemas).toEqual([expect.stringMatching(`:${kind}$`)]);
    });

    test.each(['//Bulk', '/bulk', '//bulk'])('%s takes operations', async (path) => {
      const data = { userName: `${crypto.randomUUID()}@veldt.example` };
      const { status, body } = await one.post(path, {
        schemas: [BULK],
        Operations: [{ method: 'POST', path: '/users', bulkId: 'u', data }],
      });
      expect(status).toBe(200);
      expect(body.Operations).toMatchObject([{ status: '201' }]);
    });

    test.each([
      ['GET', '//Me', 501],
      ['PATCH', '/me', 501],
      ['DELETE', '//Schemas', 405],
      ['POST', '/schemas/.search', 405],
      ['GET', '//Bulk', 405],
      ['GET', '//bulk/x', 404],
      ['GET', '//Schemas?filter=x', 403],
      ['GET', '//Shoes', 404],
      ['GET', '//', 404],
    ])('%s %s is %i', async (method, path, status) => {
      expect((await one.send(method, path)).status).toBe(status);
    });
  });
});

describe('the tenant', () => {
  const client = new ScimClient();
  beforeAll(() => client.open());

  const statusOf = async (event: object): Promise<number> => {
    const result: APIGatewayProxyResult = await users(
      {
        httpMethod: 'GET',
        headers: {},
        body: null,
        queryStringParameters: null,
        ...event,
      } as unknown as ScimEvent,
      {} as Context,
    );
    return result.statusCode;
  };

  const context = (path: string, tenant: string | undefined) => ({
    path,
    domainName: 'scim.example.com',
    requestId: 'r',
    requestTimeEpoch: Date.now(),
    authorizer: { tenant, incarnation: client.incarnation.split('.')[1], keyId: 'key' },
  });

  test('is that of the token where the matched route has none, and nowhere else', async () => {
    const { tenant } = client;
    for (const [resource, path, pathTenant, tokenTenant, status] of [
      ['/v2/Users', '/scim/v2/Users', undefined, tenant, 200],
      ['/v2/Users', '/scim/v2/Users', undefined, undefined, 404],
      ['/v2/Users', '/scim/v2/Users', undefined, 'no', 404],
      // Not the path decides, but the route that the gateway matched.
      ['/{tenant}/v2/Users', '/scim/v2/Users', undefined, tenant, 404],
      ['/{tenant}/v2/Users', '/scim/v2/v2/Users', 'v2', tenant, 404],
      ['/{tenant}/v2/Users', '/scim/other/v2/Users', 'other', tenant, 403],
      ['/{tenant}/v2/Users', `/scim/${tenant}/v2/Users`, tenant, tenant, 200],
    ] as const) {
      const event = {
        resource,
        path,
        pathParameters: pathTenant === undefined ? null : { tenant: pathTenant },
        requestContext: context(path, tokenTenant),
      };
      expect([path, await statusOf(event)]).toEqual([path, status]);
    }
  });
});
