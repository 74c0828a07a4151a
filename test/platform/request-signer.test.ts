// Requests are signed as the SDK signs them, and as AWS's own examples are.

import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { signWithCachedKey } from '../../lambdas/platform/request-signer.ts';
import { Sha256 } from '../../lib/bundles/sdk/sha256.ts';

const EXAMPLE = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
}

const signerOf = async (credentials: typeof EXAMPLE & { sessionToken?: string }) => {
  const client = {
    config: {
      credentials: async () => credentials,
      region: async () => 'us-east-1',
      defaultSigningName: 'dynamodb',
      signer: undefined,
    },
  };
  signWithCachedKey(client);
  return (client.config.signer as unknown as () => Promise<SignatureV4>)();
};

const post = (headers: Record<string, string>, body = '') =>
  new HttpRequest({ method: 'POST', hostname: 'example.amazonaws.com', path: '/', headers, body });

test('the example `post-vanilla` of AWS has its published signature', async () => {
  const signer = await signerOf(EXAMPLE);
  const { headers } = await signer.sign(post({ host: 'example.amazonaws.com' }), {
    signingDate: new Date('2015-08-30T12:36:00Z'),
    signingService: 'service',
  });
  expect(headers.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  );
});

const requests = fc.record({
  body: fc.string({ unit: 'grapheme' }),
  target: fc.constantFrom('DynamoDB_20120810.GetItem', 'secretsmanager.GetSecretValue'),
  spaced: fc.stringMatching(/^[ a-z]{0,12}$/),
  date: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
  sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
  secretAccessKey: fc.constantFrom('one', 'another'),
});

test('any request has the signature that the SDK gives it', async () => {
  const signers = new Map<string, SignatureV4>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ body, target, spaced, date, sessionToken, secretAccessKey }) => {
      const credentials = { accessKeyId: 'AKID', secretAccessKey, ...(sessionToken && { sessionToken }) };
      const named = `${secretAccessKey} ${sessionToken}`;
      const ours = signers.get(named) ?? (await signerOf(credentials));
      signers.set(named, ours);
      const theirs = new SignatureV4({
        credentials,
        region: 'us-east-1',
        service: 'dynamodb',
        applyChecksum: false,
        sha256: Sha256 as never,
      });
      const headers = {
        host: 'dynamodb.us-east-1.amazonaws.com',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'x-amz-spaced': `a${spaced}`,
      };
      const options = { signingDate: date, signingService: 'dynamodb' };
      const [signed, expected] = [
        await ours.sign(post({ ...headers }, body), options),
        await theirs.sign(post({ ...headers }, body), options),
      ];
      expect(signed.headers.authorization).toBe(expected.headers.authorization);
      expect(signed.headers['x-amz-date']).toBe(expected.headers['x-amz-date']);
      expect(signed.headers['x-amz-security-token']).toBe(expected.headers['x-amz-security-token']);
    }),
  );
});

describe('a client that signs so', () => {
  const open = (answers: readonly { readonly statusCode: number; readonly body: string }[]) => {
    const sent: Sent[] = [];
    const handle = jest.fn(async (request: Sent) => {
      sent.push({ headers: { ...request.headers } });
      const { statusCode, body } = answers[sent.length - 1] ?? { statusCode: 200, body: '{}' };
      return { response: { statusCode, headers: {}, body: Buffer.from(body) } };
    });
    const client = new DynamoDBClient({
      region: 'eu-central-1',
      endpoint: 'https://dynamodb.eu-central-1.amazonaws.com',
      credentials: EXAMPLE,
      requestHandler: { handle } as never,
    });
    signWithCachedKey(client as never);
    return { client, sent };
  };
  const get = new GetItemCommand({ TableName: 'table', Key: { PK: { S: 'a' } } });

  test('signs for its own region and service', async () => {
    const { client, sent } = open([]);
    await client.send(get);
    expect(sent[0]?.headers.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=content-type;host;[a-z0-9;-]*x-amz-date;[a-z0-9;-]*x-amz-target/,
    );
  });

  test('signs a repetition anew', async () => {
    const { client, sent } = open([{ statusCode: 500, body: '{"__type":"InternalServerError"}' }]);
    await client.send(get);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.headers['amz-sdk-request']).toBe('attempt=2; max=4');
    expect(sent[1]?.headers.authorization).toContain('Signature=');
  });
});
