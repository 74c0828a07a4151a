import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { handler } from '../../lambdas/handlers/authorizer.ts';
import { incarnationAt, partsOf, type TenantId, tenantOf } from '../../lambdas/platform/tenant.ts';
import { inventToken } from '../setup/deployment-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const api = 'arn:aws:execute-api:eu-central-1:123456789012:abc123';

const authorize = (authorizationToken: string, path = 'GET/acme/v2/Users') =>
  handler({ type: 'TOKEN', authorizationToken, methodArn: `${api}/scim/${path}` });

let known: TokenVersion;
beforeAll(async () => {
  known = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
});

/** A policy is for the paths of a tenant id, whatever its incarnation. */
let id: TenantId;
beforeAll(() => {
  id = tenantOf(known.tenant);
});

/** IAM's matching of resources: `*` is any text, slashes included, and `?` is one character. */
const iamMatches = (pattern: string, arn: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(arn);

const allows = async (arn: string) => {
  const { policyDocument } = await authorize(`Bearer ${known.token}`);
  const statements = policyDocument.Statement as readonly { Effect: string; Resource: string[] }[];
  expect(statements.map(({ Effect }) => Effect)).toEqual(['Allow']);
  return statements.some(({ Resource }) => Resource.some((pattern) => iamMatches(pattern, arn)));
};

describe('an accepted token', () => {
  test('tells the handlers whose it is and which', async () => {
    const { principalId, context } = await authorize(`Bearer ${known.token}`);
    expect(principalId).toBe(id);
    expect(context).toEqual({ ...partsOf(known.tenant), keyId: known.keyId });
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])(
    'allows %s on all of its Tenant URL in both forms, whatever was asked for first',
    async (method) => {
      for (const rest of ['', '/Users', '/Users/7d42ad5e', '/Groups/.search', '/Nonsense/a/b/c']) {
        expect(await allows(`${api}/scim/${method}/${id}/v2${rest}`)).toBe(true);
        expect(await allows(`${api}/scim/${method}/v2${rest}`)).toBe(true);
      }
    },
  );

  test.each([
    ["another tenant's path", (t: string) => `${api}/scim/GET/other-than-${t}/v2/Users`],
    [
      "another tenant's path that ends like its own",
      (t: string) => `${api}/scim/GET/other/v2/Users/${t}/v2/x`,
    ],
    ['the same below another method', (t: string) => `${api}/scim/PATCH/other/v2/GET/${t}/v2/Users`],
    ["another tenant's path that ends like the URL without a tenant", () => `${api}/scim/GET/other/v2`],
    ['the same below another method', () => `${api}/scim/PATCH/other/GET/v2/Users`],
    ['what only begins like the URL without a tenant', () => `${api}/scim/GET/v20/Users`],
    ['a tenant whose name begins like its own', (t: string) => `${api}/scim/GET/${t}2/v2/Users`],
    ['another version of the protocol', (t: string) => `${api}/scim/GET/${t}/v20/Users`],
    ['another stage', (t: string) => `${api}/test/GET/${t}/v2/Users`],
    ['another API', (t: string) => `${api.replace('abc123', 'xyz789')}/scim/GET/${t}/v2/Users`],
  ])('does not allow %s', async (_what, arn) => {
    expect(await allows(arn(id))).toBe(false);
  });

  test.each(['bearer', 'BEARER', 'Bearer '])(
    'may follow "%s": the scheme has no case (RFC 9110 §11.1)',
    async (scheme) => {
      await expect(authorize(`${scheme} ${known.token}`)).resolves.toMatchObject({
        principalId: id,
      });
    },
  );
});

describe('refused with exactly the message that the gateway turns into 401:', () => {
  test.each<[what: string, header: () => string]>([
    ['no header', () => undefined as unknown as string],
    ['an empty header', () => ''],
    ['the scheme alone', () => 'Bearer'],
    ['the token without its scheme', () => known.token],
    ['another scheme', () => `Basic ${known.token}`],
    ['two tokens', () => `Bearer ${known.token} ${known.token}`],
    ['a mistyped token', () => `Bearer ${known.token.replace('scim1', 'scim2')}`],
    ['a token nobody made', () => `Bearer ${inventToken(known)}`],
    [
      'a token of another incarnation',
      () => `Bearer ${inventToken({ ...known, tenant: incarnationAt(tenantOf(known.tenant), 0) })}`,
    ],
    ['a token of an unknown tenant', () => `Bearer ${inventToken({ ...known, tenant: freshIncarnation() })}`],
  ])('%s', async (_what, header) => {
    // Silences the metric of refusals: see authorizer-refusal.test.ts.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await expect(authorize(header())).rejects.toThrow(/^Unauthorized$/);
    jest.restoreAllMocks();
  });
});

test('nothing is logged of a token that is accepted', async () => {
  const written = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write'));
  const logged = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
    jest.spyOn(console, level),
  );
  await authorize(`Bearer ${known.token}`);
  for (const spy of [...written, ...logged]) expect(spy).not.toHaveBeenCalled();
  jest.restoreAllMocks();
});
