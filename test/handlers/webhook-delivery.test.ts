// Webhook deliveries, from a queue message to a signed request, and what an operator may set.

import '../support/own-table.ts';
import { randomBytes } from 'node:crypto';
import dns from 'node:dns/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { createdAtMs, incarnationAt, tenantOf } from '../../lambdas/tenants/tenant.ts';
import { countBacklog } from '../../lambdas/webhooks/backlog-table.ts';
import { eraseWebhook } from '../../lambdas/webhooks/erasure.ts';
import { findRetry } from '../../lambdas/webhooks/retries-table.ts';
import {
  readWebhookSecret,
  readWebhookState,
  rotateWebhookSecret,
  setWebhook,
} from '../../lambdas/webhooks/webhooks.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { eventOf, events, HOUR, idsOf, receiver, secret, send, tenant } from '../support/webhook-trial.ts';

describe('an event', () => {
  test('is posted as Standard Webhooks has it: its library accepts the signature and reads the event', async () => {
    const event = eventOf('user.deactivated');
    expect(await send(event)).toEqual({ batchItemFailures: [] });
    const [got] = receiver.received;
    const read = new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>);
    expect(read).toEqual({ type: 'user.deactivated', timestamp: event.time, data: event });
    expect(got?.headers).toMatchObject({ 'webhook-id': event.id, 'content-type': 'application/json' });
  });

  test('is refused by that library with the secret of somebody else', async () => {
    await send(eventOf());
    const [got] = receiver.received;
    const stranger = new Webhook(`whsec_${randomBytes(32).toString('base64')}`);
    expect(() => stranger.verify(got?.body ?? '', got?.headers as Record<string, string>)).toThrow(
      'signature',
    );
  });

  test('is posted to the webhook of its own tenant only', async () => {
    const other = (await createTenant(freshTenantId())).incarnation;
    expect(await send(eventOf('user.created', other))).toEqual({ batchItemFailures: [] });
    expect(receiver.received).toEqual([]);
  });

  test('of an earlier tenant of the same name, told again, is not posted to the webhook of the present one', async () => {
    const earlier = incarnationAt(tenantOf(tenant), createdAtMs(tenant) - 1000);
    expect(await send(eventOf('user.created', earlier))).toEqual({ batchItemFailures: [] });
    expect(receiver.received).toEqual([]);
    expect(await findRetry(earlier)).toBeUndefined();
    expect(await countBacklog(earlier)).toBe(0);
  });

  test('is not posted when its type is not wanted', async () => {
    await setWebhook(tenant, { url: receiver.url, events: ['user.deleted'] }, true);
    const wanted = eventOf('user.deleted');
    await send(eventOf('user.created'), wanted);
    expect(receiver.taken).toEqual([wanted.id]);
  });

  test('goes to the dead letters when it is none, or of no incarnation, without keeping others back', async () => {
    const event = eventOf();
    expect(await send('nonsense', event, { id: event.id, tenant: event.tenant })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm2' }],
    });
    expect(receiver.taken).toEqual([event.id]);
  });

  test('is posted in the order of its batch', async () => {
    const some = events(10);
    await send(...some);
    expect(receiver.taken).toEqual(idsOf(some));
  });
});

describe('the signing secret', () => {
  test('and the one before sign for a day after a rotation, then the new one alone', async () => {
    const { secret: newSecret } = await rotateWebhookSecret(tenant);
    expect((await readWebhookSecret(tenant)).secret).toBe(newSecret);
    await send(eventOf());
    const accepts = (by: string) => {
      const { body = '', headers } = receiver.received.at(-1) ?? {};
      return expect(() => new Webhook(by).verify(body, headers as Record<string, string>));
    };
    accepts(newSecret).not.toThrow();
    accepts(secret).not.toThrow();

    const dayLater = Date.now() + 24.1 * HOUR;
    jest.spyOn(Date, 'now').mockReturnValue(dayLater);
    await send(eventOf());
    accepts(newSecret).not.toThrow();
    accepts(secret).toThrow('signature');
  });
});

describe('what cannot be a webhook', () => {
  test.each([
    ['http://hooks.example/x', 'https://'],
    ['hooks.example', 'https://'],
    ['ftp://hooks.example', 'https://'],
    ['https://user:pw@hooks.example/', 'user name and password'],
    [`https://hooks.example/${'x'.repeat(2048)}`, '2048 characters'],
    ['https://10.0.0.5/hook', 'not a public address'],
    ['https://169.254.169.254/latest/meta-data', 'not a public address'],
    ['https://[fd00:ec2::254]/', 'not a public address'],
    ['https://hooks.example:22/', 'Port 22'],
  ])('%s is refused with a sentence', async (url, reason) => {
    await expect(setWebhook(tenant, { url, events: undefined }, true)).rejects.toThrow(reason);
  });

  test('is a name that resolves to an address that is not public (S2.6)', async () => {
    jest.spyOn(dns, 'lookup').mockResolvedValue([{ address: '10.0.0.5', family: 4 }] as never);
    const webhook = { url: 'https://intranet.example/', events: undefined };
    await expect(setWebhook(tenant, webhook, true)).rejects.toThrow('resolves to 10.0.0.5');
  });

  test('is an address of this machine, for a deployment that is elsewhere', async () => {
    const webhook = { url: 'http://127.0.0.1:9001/', events: undefined };
    await expect(setWebhook(tenant, webhook, false)).rejects.toThrow('https://');
  });

  test.each([
    ['that there is not', 'user.vanished'],
    ['that finds no webhook any more', 'tenant.deleted'],
  ])('is one for an event %s', async (_, type) => {
    const webhook = { url: receiver.url, events: [type] };
    await expect(setWebhook(tenant, webhook, true)).rejects.toThrow('user.deactivated');
  });

  test('and a tenant without one is told how to set it', async () => {
    await eraseWebhook(tenant);
    await expect(readWebhookState(tenant)).rejects.toThrow('webhook set');
    await expect(rotateWebhookSecret(tenant)).rejects.toThrow('webhook set');
  });
});
