// The bundles at work against the emulators: what lib/bundles/left-out.ts takes from the SDK is not missed by a request, a
// conflict, a throttled call, a clock that is wrong, a token or a change.

import '../../support/own-table.ts';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayAuthorizerResult, DynamoDBBatchResponse } from 'aws-lambda';
import { listenOnLoopback } from '../../../bin/local/process/listen.ts';
import { localCredentials } from '../../../bin/shared/local-credentials.ts';
import { rootPath } from '../../../bin/shared/root-path.ts';
import { putObject } from '../../../lambdas/changes/set-aside/bucket.ts';
import { setAside, walkSetAside } from '../../../lambdas/changes/set-aside/set-aside.ts';
import { createToken } from '../../../lambdas/credentials/write-token-secret.ts';
import { deleteTenant } from '../../../lambdas/operations/delete-tenant.ts';
import { documents } from '../../../lambdas/table/client.ts';
import { graveKey } from '../../../lambdas/table/keys.ts';
import { inventToken } from '../../setup/deployment-secret.ts';
import { freshIncarnation } from '../../setup/fresh-tenant.ts';
import { makeBundles } from '../../support/bundles.ts';
import { ChangeStream } from '../../support/change-stream.ts';
import { FunctionProcess } from '../../support/function-process.ts';
import { ownTableName } from '../../support/own-table.ts';
import { filterBy, ScimClient } from '../../support/scim-client.ts';

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** DynamoDB, but for the answers that a test has put before its next ones. */
class Unreliable {
  readonly refusals: Refusal[] = [];
  readonly seen: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
  readonly #server = createServer(async (request, response) => {
    const body = await buffer(request);
    this.seen.push({ headers: request.headers, body });
    const refusal = this.refusals.shift();
    if (refusal) {
      response.writeHead(refusal.status, {
        'content-type': 'application/x-amz-json-1.0',
        ...refusal.headers,
      });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb#${refusal.type}`, message: 'Not now.' }));
      return;
    }
    const answer = await this.#forward(request, body);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.bytes());
  });
  #stop = async () => {};
  endpoint = '';

  async start(): Promise<void> {
    const { port, stop } = await listenOnLoopback(this.#server, 0);
    this.#stop = stop;
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  #forward({ method, headers }: IncomingMessage, body: Buffer<ArrayBuffer>): Promise<Response> {
    const { host, connection, 'content-length': _length, ...others } = headers;
    return fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', {
      method,
      body,
      headers: others as Record<string, string>,
    });
  }
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/** The header that AWS would expect with these, by its documentation. */
const signatureOf = (headers: IncomingHttpHeaders, body: Buffer): string => {
  const [, day = '', signed = ''] =
    /Credential=local\/(\d{8})\/.* SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n');
  const scope = [day, localCredentials.AWS_REGION, 'dynamodb', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${localCredentials.AWS_SECRET_ACCESS_KEY}`);
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope.join('/'), sha256(canonical)].join('\n');
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=local/${scope.join('/')}, SignedHeaders=${signed}, Signature=${signature}`;
};

const isRepeated = ({ headers }: { readonly headers: IncomingHttpHeaders }) =>
  !`${headers['amz-sdk-request']};`.startsWith('attempt=1;');

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';

const stream = new ChangeStream();
const dynamodb = new Unreliable();
const running: FunctionProcess[] = [];
let bundles: Awaited<ReturnType<typeof makeBundles>>;
let users: FunctionProcess;
let client: ScimClient;

const start = async (file: string, environment?: Readonly<Record<string, string>>) => {
  const started = await FunctionProcess.start(file, environment);
  running.push(started);
  return started;
};

beforeAll(async () => {
  await stream.open();
  bundles = await makeBundles();
  await dynamodb.start();
  users = await start(bundles.fileOf('users'), {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_LAMBDA_FUNCTION_NAME: 'users',
    _X_AMZN_TRACE_ID: TRACE,
  });
});

afterAll(async () => {
  for (const each of running) each.stop();
  await dynamodb.stop();
  await stream.close();
  bundles.remove();
});

beforeEach(() => {
  dynamodb.seen.length = 0;
  client = new ScimClient(undefined, () => (event) => users.invoke(event));
});

describe('users', () => {
  test('creates, reads, finds, changes and deletes one', async () => {
    const { status, body } = await client.post('/Users', { userName: 'Änneke@veldt.example', active: true });
    expect(status).toBe(201);
    expect((await client.get(`/Users/${body.id}`)).body).toEqual(body);
    const found = await client.get(`/Users${filterBy('userName eq "änneke@veldt.example"')}`);
    expect(found.body.Resources).toEqual([body]);
    const changed = await client.patchWith(`/Users/${body.id}`, {
      op: 'replace',
      path: 'title',
      value: 'Dr',
    });
    expect(changed.body).toMatchObject({ id: body.id, title: 'Dr' });
    expect((await client.delete(`/Users/${body.id}`)).status).toBe(204);
    expect((await client.get(`/Users/${body.id}`)).status).toBe(404);
  });

  test('answers a name that is taken with 409, from the reasons of a cancelled transaction', async () => {
    await client.post('/Users', { userName: 'taken@veldt.example' });
    const { status, body } = await client.post('/Users', { userName: 'TAKEN@veldt.example' });
    expect({ status, scimType: body.scimType }).toEqual({ status: 409, scimType: 'uniqueness' });
  });

  test('lets one of ten have a name, and makes all of ten changes', async () => {
    await client.open();
    const others = await Promise.all(Array.from({ length: 9 }, () => start(bundles.fileOf('users'))));
    const racing = [users, ...others].map(
      (each) => new ScimClient(client.tenant, () => (event) => each.invoke(event)),
    );
    for (const each of racing) each.useTokenOf(client.incarnation);
    const created = await Promise.all(
      racing.map((each) => each.post('/Users', { userName: 'race@veldt.example' })),
    );
    expect(created.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    const { body } = await client.get(`/Users${filterBy('userName eq "race@veldt.example"')}`);
    const path = `/Users/${body.Resources[0]?.id}`;
    const phones = racing.map((_, index) => `+31 ${index}`);
    const changes = await Promise.all(
      racing.map((each, index) =>
        each.patchWith(path, { op: 'add', path: 'phoneNumbers', value: [{ value: phones[index] }] }),
      ),
    );
    expect(changes.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const numbers = (await client.get(path)).body.phoneNumbers as { readonly value: string }[];
    expect(numbers.map(({ value }) => value).sort()).toEqual(phones.sort());
  });

  test.each<[string, Refusal]>([
    ['was throttled', { status: 400, type: 'ThrottlingException' }],
    ['was throttled by its table', { status: 400, type: 'ProvisionedThroughputExceededException' }],
    ['failed on the other side', { status: 500, type: 'InternalServerError' }],
    ['met a write in another region', { status: 400, type: 'ReplicatedWriteConflictException' }],
  ])('repeats a call that %s', async (_what, refusal) => {
    await client.open();
    dynamodb.refusals.push(refusal, refusal);
    expect((await client.get(`/Users/${randomUUID()}`)).status).toBe(404);
    expect(dynamodb.refusals).toEqual([]);
    const repeated = dynamodb.seen.filter(isRepeated);
    expect(repeated.length).toBeGreaterThanOrEqual(2);
  });

  test.each<[string, Refusal]>([
    ['throttled', { status: 400, type: 'ThrottlingException' }],
    ['throttled for its account', { status: 400, type: 'RequestLimitExceeded' }],
    ['failed', { status: 500, type: 'InternalServerError' }],
    ['refused for a key', { status: 400, type: 'AccessDeniedException' }],
    ['refused for a table', { status: 400, type: 'ResourceNotFoundException' }],
  ])('answers as its source does when it is %s again and again', async (_what, refusal) => {
    await client.open();
    const answers = [];
    for (const file of [bundles.fileOf('users'), rootPath('lambdas/handlers/users.ts')]) {
      const impatient = { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint, AWS_MAX_ATTEMPTS: '2' };
      const asked = await start(file, impatient);
      const asking = new ScimClient(client.tenant, () => (event) => asked.invoke(event));
      dynamodb.refusals.push(...Array(20).fill(refusal));
      const { status, body } = await asking.useTokenOf(client.incarnation).get('/Users/somebody');
      answers.push({ status, detail: body.detail.replace(/[0-9a-f-]{36}/, 'id') });
      dynamodb.refusals.length = 0;
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.status).toBeGreaterThanOrEqual(500);
  });

  test('signs for the clock of DynamoDB when its own is an hour late', async () => {
    // Reads the tenant's settings: of two calls at once, the one that succeeds would set the clock right again.
    await client.get('/Users/nobody');
    const date = new Date(Date.now() + 3_600_000);
    dynamodb.refusals.push({
      status: 400,
      type: 'InvalidSignatureException',
      headers: { date: date.toUTCString() },
    });
    expect((await client.get(`/Users/${randomUUID()}`)).status).toBe(404);
    const again = dynamodb.seen.find(isRepeated);
    const call = again?.headers['amz-sdk-invocation-id'];
    const attempts = dynamodb.seen.filter(({ headers }) => headers['amz-sdk-invocation-id'] === call);
    const hours = attempts.map(({ headers }) => String(headers['x-amz-date']).slice(0, 11));
    expect(hours).toHaveLength(2);
    expect(hours[1]).not.toBe(hours[0]);
  });

  test('signs as Signature Version 4 has it, and says which trace it belongs to', async () => {
    await client.post('/Users', { userName: 'Šárka@veldt.example' });
    expect(dynamodb.seen.length).toBeGreaterThan(0);
    for (const { headers, body } of dynamodb.seen) {
      expect(headers.authorization).toBe(signatureOf(headers, body));
      expect(headers['x-amzn-trace-id']).toBe(TRACE);
    }
  });
});

describe('authorizer', () => {
  const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';
  const authorize = (authorizer: FunctionProcess, token: string) =>
    authorizer.invoke<APIGatewayAuthorizerResult>({
      type: 'TOKEN',
      authorizationToken: `Bearer ${token}`,
      methodArn,
    });

  test('knows a token, and refuses one of a tenant without a secret', async () => {
    const authorizer = await start(bundles.fileOf('authorizer'));
    const { token, keyId } = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
    expect((await authorize(authorizer, token)).context).toMatchObject({ keyId });
    const unknown = inventToken({ tenant: freshIncarnation(), keyId: randomUUID() });
    await expect(authorize(authorizer, unknown)).rejects.toThrow('Unauthorized');
  });
});

describe('changes', () => {
  test('follows the stream and tells the bus', async () => {
    const changes = await start(bundles.fileOf('changes'));
    const follow = () =>
      stream.settle(async (Records) => {
        const { batchItemFailures } = await changes.invoke<DynamoDBBatchResponse>({ Records });
        expect(batchItemFailures).toEqual([]);
      });
    await client.createTenant();
    await follow();
    const { body } = await client.post('/Users', { userName: 'told@veldt.example' });
    expect(await follow()).toEqual([
      expect.objectContaining({ type: 'user.created', resource: expect.objectContaining({ id: body.id }) }),
    ]);
  });

  test('sets aside what cannot be read, and the sweep takes it away with its tenant', async () => {
    const changes = await start(bundles.fileOf('changes'));
    await client.createTenant();
    const { incarnation } = client;
    const PK = { S: `T#${incarnation}#USER` };
    const record = (eventID: string, SK: string, more: object) => ({
      eventID,
      dynamodb: {
        SequenceNumber: eventID,
        ApproximateCreationDateTime: 1,
        Keys: { PK, SK: { S: SK } },
        NewImage: { PK, SK: { S: SK }, ...more },
      },
    });
    const poison = record('7', 'nobody', { Version: { S: 'Änne' } });
    expect(await changes.invoke({ Records: [poison] })).toEqual({ batchItemFailures: [] });
    const [aside] = await Array.fromAsync(walkSetAside());
    expect(aside?.records).toEqual([poison]);
    const other = { eventID: '8', dynamodb: { Keys: { PK: { S: 'T#other.t1a2b3#USER' }, SK: { S: '1' } } } };
    await putObject(
      'aws/lambda/1',
      JSON.stringify({ payload: JSON.stringify({ Records: [poison, other] }) }),
    );

    await deleteTenant(client.tenant);
    await changes.invoke({ Records: [poison] });
    await setAside(poison, 'failing', Date.now());
    const sweep = await start(bundles.fileOf('grave-sweep'));
    await documents.send(
      new UpdateCommand({
        TableName: ownTableName,
        Key: graveKey(incarnation),
        UpdateExpression: 'SET DeletedAt = :long',
        ExpressionAttributeValues: { ':long': 0 },
      }),
    );
    await sweep.invoke({});
    expect(await Array.fromAsync(walkSetAside())).toEqual([{ key: 'aws/lambda/1', records: [other] }]);
  });
});
