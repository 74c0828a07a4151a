// A refused token is published once an hour, if the tenant exists; a stranger learns nothing from it.

import { randomUUID } from 'node:crypto';
import type { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';
import { isOwnKey, reportRefusal } from '../../lambdas/credentials/token-refusals.ts';
import { type RefusalCause, refusalCauses } from '../../lambdas/credentials/verify.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { bus } from '../../lambdas/events/bus.ts';
import type { BusinessEvent } from '../../lambdas/events/event.ts';
import { type Incarnation, partsOf } from '../../lambdas/platform/tenant.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { problemsOf } from '../support/event-schemas.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The start of an hour that no other test uses. */
let hour = Date.UTC(2030, 0, 1);
const at = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(hour + ms);

let sent: BusinessEvent[] = [];
let lookUps = 0;
/** Whether the bus accepts an event; tests can make it reject or hang. */
let onPut: (signal: AbortSignal) => Promise<object>;

beforeEach(() => {
  hour += HOUR_MS;
  sent = [];
  lookUps = 0;
  onPut = async () => ({ Entries: [{ EventId: '1' }] });
  at(0);
  jest.spyOn(bus, 'send').mockImplementation((async (
    command: PutEventsCommand,
    { abortSignal }: { abortSignal: AbortSignal },
  ) => {
    sent.push(...(command.input.Entries ?? []).map(({ Detail = '' }) => JSON.parse(Detail)));
    return onPut(abortSignal);
  }) as never);
  const ask = secrets.send.bind(secrets) as (...args: unknown[]) => Promise<unknown>;
  jest.spyOn(secrets, 'send').mockImplementation(((command: object, ...rest: unknown[]) => {
    if (command instanceof GetSecretValueCommand) lookUps += 1;
    return ask(command, ...rest);
  }) as never);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const someTenant = async (): Promise<Incarnation> => {
  const { tenant } = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  lookUps = 0;
  return tenant;
};

const refuse = (tenant: Incarnation, cause: RefusalCause = 'unknownKey', keyId: string = randomUUID()) =>
  reportRefusal({ cause, claimed: { tenant, keyId } });

const own = refusalCauses.filter((cause) => isOwnKey({ cause, claimed: undefined }));
const others = refusalCauses.filter((cause) => !own.includes(cause));

test('a key that the tenant has or had is its own', () => {
  expect({ own, others }).toEqual({
    own: ['retired', 'pending', 'wrongSecret'],
    others: ['unknownKey', 'damaged'],
  });
});

describe('the bus hears', () => {
  test.each(refusalCauses)('which tenant, which key and why: %s', async (cause) => {
    const [tenant, keyId] = [await someTenant(), randomUUID()];
    await refuse(tenant, cause, keyId);
    expect(sent).toEqual([
      expect.objectContaining({
        ...partsOf(tenant),
        type: 'tenant.token.refused',
        resource: { type: 'Token', id: keyId },
        reason: cause,
      }),
    ]);
    expect(sent.flatMap(problemsOf)).toEqual([]);
  });

  test('nothing of a token that says of nobody that it is theirs', async () => {
    await reportRefusal({ cause: 'damaged', claimed: undefined });
    expect({ sent, lookUps }).toEqual({ sent: [], lookUps: 0 });
  });

  test.each(others)(
    'nothing of a tenant that does not exist, and it is looked for once an hour: %s',
    async (cause) => {
      const tenant = freshIncarnation();
      await refuse(tenant, cause);
      at(HOUR_MS - 1);
      await refuse(tenant, cause);
      expect({ sent, lookUps }).toEqual({ sent: [], lookUps: 1 });
      at(HOUR_MS);
      await refuse(tenant, cause);
      expect({ sent, lookUps }).toEqual({ sent: [], lookUps: 2 });
    },
  );

  test('of an own key without a further question to Secrets Manager', async () => {
    await refuse(await someTenant(), 'retired');
    expect(sent).toHaveLength(1);
    expect(lookUps).toBe(0);
  });
});

describe('once an hour', () => {
  test.each(refusalCauses)('and again in the next: %s', async (cause) => {
    const tenant = await someTenant();
    for (const ms of [0, 1, HOUR_MS / 2, HOUR_MS - 1]) {
      at(ms);
      await refuse(tenant, cause);
    }
    expect(sent).toHaveLength(1);
    at(HOUR_MS);
    await refuse(tenant, cause);
    expect(sent).toHaveLength(2);
  });

  test('for the own keys of a tenant, whatever strangers send in its name', async () => {
    const tenant = await someTenant();
    await refuse(tenant, 'damaged');
    await refuse(tenant, 'unknownKey');
    await refuse(tenant, 'retired');
    expect(sent.map(({ reason }) => reason)).toEqual(['damaged', 'retired']);
  });

  test('for each tenant', async () => {
    for (const tenant of [await someTenant(), await someTenant()]) await refuse(tenant);
    expect(sent).toHaveLength(2);
  });
});

describe('what several authorizers tell in one hour', () => {
  const idAfter = async (key: Parameters<typeof refuse>, ms: number) => {
    jest.resetModules();
    const other = await import('../../lambdas/credentials/token-refusals.ts');
    const { bus: otherBus } = await import('../../lambdas/events/bus.ts');
    let id = '';
    jest.spyOn(otherBus, 'send').mockImplementation((async (command: PutEventsCommand) => {
      id = JSON.parse(command.input.Entries?.[0]?.Detail ?? '').id;
      return { Entries: [{}] };
    }) as never);
    at(ms);
    const [tenant, cause = 'retired', keyId = ''] = key;
    await other.reportRefusal({ cause, claimed: { tenant, keyId } });
    return id;
  };

  test('is one event, by its id', async () => {
    const [tenant, keyId] = [freshIncarnation(), randomUUID()];
    const first = await idAfter([tenant, 'retired', keyId], 0);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await idAfter([tenant, 'retired', keyId], HOUR_MS - 1)).toBe(first);
    const different = [
      await idAfter([tenant, 'retired', keyId], HOUR_MS),
      await idAfter([tenant, 'pending', keyId], 0),
      await idAfter([tenant, 'retired', randomUUID()], 0),
      await idAfter([freshIncarnation(), 'retired', keyId], 0),
    ];
    expect(new Set([first, ...different]).size).toBe(5);
  });
});

describe('the answer', () => {
  const timed = async (act: () => Promise<void>) => {
    const start = performance.now();
    await act();
    return performance.now() - start;
  };

  test('is held up for at most 250 ms by a bus that hangs, which is then let go', async () => {
    let aborted = false;
    onPut = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    jest.spyOn(console, 'error').mockReturnValue();
    const tenant = await someTenant();
    expect(await timed(() => refuse(tenant, 'retired'))).toBeLessThan(300);
    expect(aborted).toBe(true);
  });

  test('is not failed by a bus or a Secrets Manager that fails', async () => {
    jest.spyOn(console, 'error').mockReturnValue();
    onPut = () => Promise.reject(new Error('away'));
    await refuse(await someTenant(), 'retired');
    jest.spyOn(secrets, 'send').mockImplementation((() => Promise.reject(new Error('away'))) as never);
    await refuse(freshIncarnation(), 'unknownKey');
    expect(sent).toHaveLength(1);
  });

  test('takes the same time whether there is such a tenant or not, also the second time', async () => {
    for (const cause of others) {
      for (const tenant of [await someTenant(), freshIncarnation()]) {
        expect(await timed(() => refuse(tenant, cause))).toBeGreaterThanOrEqual(220);
        at(MINUTE_MS * 2);
        expect(await timed(() => refuse(tenant, cause))).toBeLessThan(50);
        at(0);
      }
    }
  });

  test('says nothing of it either while the bus fails', async () => {
    jest.spyOn(console, 'error').mockReturnValue();
    onPut = () => Promise.reject(new Error('away'));
    const tenant = await someTenant();
    await refuse(tenant, 'unknownKey');
    at(MINUTE_MS * 2);
    expect(await timed(() => refuse(tenant, 'unknownKey'))).toBeLessThan(50);
  });
});

test('what the bus did not take of an own key is told with the next refusal after a minute', async () => {
  jest.spyOn(console, 'error').mockReturnValue();
  onPut = () => Promise.reject(new Error('away'));
  const tenant = await someTenant();
  await refuse(tenant, 'retired');
  onPut = async () => ({ Entries: [{ EventId: '1' }] });
  at(MINUTE_MS - 1);
  await refuse(tenant, 'retired');
  expect(sent).toHaveLength(1);
  at(MINUTE_MS);
  await refuse(tenant, 'retired');
  await refuse(tenant, 'retired');
  expect(sent).toHaveLength(2);
});

describe('against a flood', () => {
  /** Refusals for tenants that do not exist, `perMinute`, evenly spread. */
  const flood = async (claims: number, perMinute: number) => {
    jest.spyOn(secrets, 'send').mockImplementation((() => {
      lookUps += 1;
      return Promise.reject(Object.assign(new Error(), { name: 'away' }));
    }) as never);
    const made = Array.from({ length: claims }, () => freshIncarnation());
    const told = made.map((tenant, index) => {
      at((index * MINUTE_MS) / perMinute);
      return refuse(tenant);
    });
    await Promise.all(told);
    return made;
  };

  test('only so many claims are looked into, and an own key is told all the same (S2.7)', async () => {
    jest.spyOn(console, 'error').mockReturnValue();
    await flood(6_000, 6_000);
    // Four at once, then one every two seconds.
    expect(lookUps).toBe(4 + 29);
    await refuse(freshIncarnation(), 'retired');
    expect(sent).toHaveLength(1);
  });

  test('those of one instant hold an authorizer for less than a second, not in each minute anew (S2.7)', async () => {
    jest.spyOn(console, 'error').mockReturnValue();
    await flood(100, Number.POSITIVE_INFINITY);
    expect(lookUps).toBe(4);
    at(2_000);
    await Promise.all([refuse(freshIncarnation()), refuse(freshIncarnation())]);
    expect(lookUps).toBe(5);
  });

  test('the memory stays bounded', async () => {
    jest.spyOn(console, 'error').mockReturnValue();
    const [oldest, second] = await flood(1_001, 25);
    expect(lookUps).toBe(1_001);
    at(45 * MINUTE_MS);
    if (second) await refuse(second);
    expect(lookUps).toBe(1_001);
    if (oldest) await refuse(oldest);
    expect(lookUps).toBe(1_002);
  });
});
