// What the local gateway takes from an authorizer.

import { expect, test } from '@jest/globals';
import { createAuthorization } from '../../../../bin/local/gateway/authorize.ts';

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';
const authorizer = {
  functionName: 'Authorizer',
  header: 'authorization',
  validation: undefined,
  cacheSeconds: 300,
};

const policy = (resources: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: resources }],
});
const answer = { principalId: 'acme', policyDocument: policy(['*']), context: { tenant: 'acme' } };

const authorize = (result: object) =>
  createAuthorization(async () => result).authorize(authorizer, 'Bearer x', ARN);

/** API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer" and "Quotas". */
test.each<[what: string, result: object]>([
  ['no principal', { ...answer, principalId: undefined }],
  ['no policy', { ...answer, policyDocument: undefined }],
  ['a context with an object', { ...answer, context: { tenant: { id: 'acme' } } }],
  ['a context with a list', { ...answer, context: { groups: ['a'] } }],
  ['a context with null', { ...answer, context: { tenant: null } }],
  ['a policy over 8,192 bytes', { ...answer, policyDocument: policy(['*', 'x'.repeat(8192)]) }],
])('an answer with %s is a configuration error (S1.9)', async (_, result) => {
  await expect(authorize(result)).rejects.toMatchObject({ type: 'AUTHORIZER_CONFIGURATION_ERROR' });
});

test('an answer within the limits is taken, its context as text (S1.9)', async () => {
  const { context } = await authorize({ ...answer, context: { tenant: 'acme', age: 5, isNew: true } });
  expect(context).toEqual({ tenant: 'acme', age: '5', isNew: 'true', principalId: 'acme' });
});
