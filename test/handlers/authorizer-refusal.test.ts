// A refusal puts a metric and an event, and reveals nothing to strangers. The answer never waits for either.

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type BusEvent, startEventBus } from '../../bin/local/events/bus.ts';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';
import { preparePending, retireToken, rotateToken } from '../../lambdas/credentials/rotation.ts';
import { readToken } from '../../lambdas/credentials/token-secret.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { inventToken } from '../setup/deployment-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';

const heard: BusEvent[] = [];
let bus: Awaited<ReturnType<typeof startEventBus>>;
/** Accepts requests and never answers. */
let hanging: Server;
let hangingEndpoint: string;
let stopHanging: () => Promise<void>;

beforeAll(async () => {
  bus = await startEventBus((event) => heard.push(event));
  hanging = createServer(() => {});
  const { port, stop } = await listenOnLoopback(hanging, 0);
  hangingEndpoint = `http://127.0.0.1:${port}`;
  stopHanging = stop;
});
afterAll(async () => {
  hanging.closeAllConnections();
  await Promise.all([bus.stop(), stopHanging()]);
});

const lines: string[] = [];
beforeEach(() => {
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.endpoint;
  heard.length = 0;
  lines.length = 0;
  jest.resetModules();
  const keep = (text: unknown) => {
    lines.push(typeof text === 'object' ? inspect(text) : String(text));
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockImplementation(keep);
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    jest.spyOn(console, level).mockImplementation((text) => {
      keep(text);
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

const refuse = async (token: string) => {
  const { handler } = await import('../../lambdas/handlers/authorizer.ts');
  const event = { type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn } as const;
  await expect(handler(event)).rejects.toThrow(/^Unauthorized$/);
};

const someToken = () => createToken({ tenant: freshIncarnation(), keyId: randomUUID() });

/** A refused token of each kind, and the cause that is reported. */
const refused: Readonly<Record<string, () => Promise<{ token: string; reason: string; key: string }>>> = {
  'a retired token': async () => {
    const { tenant, token } = await someToken();
    await rotateToken(tenant);
    await retireToken(tenant);
    return { token, reason: 'retired', key: 'own' };
  },
  'one that is being rotated in': async () => {
    const key = { tenant: (await someToken()).tenant, keyId: randomUUID() };
    await preparePending(key);
    return { token: (await readToken(key))?.token ?? '', reason: 'pending', key: 'own' };
  },
  'another one under a key that exists': async () => ({
    token: inventToken(await someToken()),
    reason: 'wrongSecret',
    key: 'own',
  }),
  'one of a key that does not exist': async () => ({
    token: inventToken({ tenant: (await someToken()).tenant, keyId: randomUUID() }),
    reason: 'unknownKey',
    key: 'other',
  }),
  'a mistyped one': async () => {
    const { token } = await someToken();
    return {
      token: `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`,
      reason: 'damaged',
      key: 'other',
    };
  },
};

describe.each(Object.entries(refused))('%s', (_, make) => {
  test('is counted and told, and stands nowhere itself', async () => {
    const { token, reason, key } = await make();
    lines.length = 0;
    await refuse(token);
    expect(heard.map(({ detailType }) => detailType)).toEqual(['tenant.token.refused']);
    expect(heard[0]?.detail).toMatchObject({ reason, resource: { id: token.split('.')[3] } });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        _aws: expect.objectContaining({
          CloudWatchMetrics: [expect.objectContaining({ Namespace: 'Scim/Test', Dimensions: [['Key']] })],
        }),
        TokenRefused: 1,
        Key: key,
      }),
      // `scim log` reads it there.
      { level: 'INFO', message: 'token refused', cause: reason, keyId: token.split('.')[3] },
    ]);
    const [secret = '', checksum = ''] = token.split('.').slice(-2);
    for (const text of [...lines, JSON.stringify(heard)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(checksum);
    }
  });

  test('is counted each time and told once', async () => {
    const { token } = await make();
    lines.length = 0;
    for (let turn = 0; turn < 3; turn++) await refuse(token);
    expect(lines.filter((line) => line.includes('TokenRefused'))).toHaveLength(3);
    expect(heard).toHaveLength(1);
  });
});

test('a tenant that does not exist is counted, and nothing is told', async () => {
  await refuse(inventToken({ tenant: freshIncarnation(), keyId: randomUUID() }));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ Key: 'other' }),
    { level: 'INFO', message: 'token refused', cause: 'unknownKey', keyId: expect.any(String) },
  ]);
  expect(heard).toEqual([]);
});

test('an accepted token is told to nobody, asked for once and not held up', async () => {
  const { token } = await someToken();
  const { secrets } = await import('../../lambdas/credentials/secrets-manager.ts');
  const asked = jest.spyOn(secrets, 'send');
  const { handler } = await import('../../lambdas/handlers/authorizer.ts');
  const event = { type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn } as const;
  await handler(event);
  // The deployment secret is cached by now.
  asked.mockClear();
  await handler(event);
  expect(asked).toHaveBeenCalledTimes(1);
  expect({ heard, lines }).toEqual({ heard: [], lines: [] });
});

test('while the bus hangs the refusal is still Unauthorized, and on time', async () => {
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = hangingEndpoint;
  const { token } = await (refused['a retired token'] as NonNullable<(typeof refused)[string]>)();
  await import('../../lambdas/handlers/authorizer.ts');
  const start = performance.now();
  await refuse(token);
  expect(performance.now() - start).toBeLessThan(400);
  expect(lines.join('')).not.toContain(token.split('.')[4]);
});
