// Which secrets sign a webhook's messages when the deployment secret is rotated, or cannot be read. Each test has its own
// deployment secret, and functions that have just started.

import '../support/own-table.ts';
import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { createTable } from '../../bin/local/table/create-table.ts';
import { type Incarnation, partsOf } from '../../lambdas/tenants/tenant.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';
import { tableDefinition } from '../setup/table-definition.ts';
import { ownTableName } from '../support/own-table.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const MINUTE = 60_000;

const load = async () => ({
  ...(await import('../../lambdas/credentials/secrets-manager.ts')),
  ...(await import('../../lambdas/webhooks/signing-secrets.ts')),
  ...(await import('../../lambdas/webhooks/webhooks.ts')),
  ...(await import('../../lambdas/webhooks/retries-table.ts')),
  ...(await import('../../lambdas/webhooks/erasure.ts')),
  deliver: (await import('../../lambdas/handlers/webhook-delivery.ts')).handler,
  retry: (await import('../../lambdas/handlers/webhook-retries.ts')).handler,
});
let scim: Awaited<ReturnType<typeof load>>;
let SecretId: string;
let tenant: Incarnation;
const receiver = new WebhookReceiver();

const start = async () => {
  jest.resetModules();
  scim = await load();
};

const createDeploymentSecret = (SecretString: string) =>
  scim.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
const putDeploymentSecret = (SecretString: string) =>
  scim.secrets.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: randomUUID() }));
const deleteDeploymentSecret = () =>
  scim.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));

const pass = (ms: number) => {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
};

const setWebhook = () => scim.setWebhook(tenant, { url: receiver.url, events: undefined }, true);

const send = async () => {
  const detail = { ...partsOf(tenant), id: randomUUID(), type: 'user.updated', time: '2026-11-28T08:00:00Z' };
  const record = { messageId: 'm', body: JSON.stringify({ detail }) } as SQSRecord;
  expect(await scim.deliver({ Records: [record] })).toEqual({ batchItemFailures: [] });
};

/** Which of these secrets verify the last message; the receiver's library only knows the real time. */
const accepted = (...secrets: string[]) => {
  const { body = '', headers } = receiver.received.at(-1) ?? {};
  return secrets.filter((secret) => {
    try {
      return new Webhook(secret).verify(body, headers as Record<string, string>) !== undefined;
    } catch {
      return false;
    }
  });
};

beforeAll(async () => {
  process.env.METRIC_NAMESPACE = 'Scim/Test';
  await createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, tableDefinition);
  await receiver.open();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  SecretId = `deployment-${randomUUID()}`;
  process.env.DEPLOYMENT_SECRET_ID = SecretId;
  tenant = freshIncarnation();
  receiver.received.length = 0;
  await start();
  await createDeploymentSecret('first');
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  jest.restoreAllMocks();
  await scim.eraseWebhook(tenant);
});

describe('after a rotation of the deployment secret', () => {
  test('messages are signed with what comes from both values', async () => {
    const { secret: before } = await setWebhook();
    await putDeploymentSecret('second');
    await start();
    const { secret: after } = await scim.readWebhookSecret(tenant);
    expect(after).toBe(scim.signingSecret('second', tenant, 1));
    await send();
    expect(accepted(before, after)).toEqual([before, after]);
  });

  test('and of the secret of the webhook, with all four for a day', async () => {
    await setWebhook();
    await putDeploymentSecret('second');
    await scim.rotateWebhookSecret(tenant);
    await start();
    await send();
    const four = ['first', 'second'].flatMap((value) =>
      [1, 2].map((n) => scim.signingSecret(value, tenant, n)),
    );
    expect(accepted(...four)).toEqual(four);
    expect(accepted(scim.signingSecret('second', tenant, 3))).toEqual([]);
  });

  test('a function knows it within two minutes', async () => {
    await setWebhook();
    await send();
    await putDeploymentSecret('second');
    pass(2 * MINUTE);
    const seconds = () => receiver.received.at(-1)?.headers['webhook-signature']?.toString().split(' ');
    expect(seconds()).toHaveLength(1);
    await send();
    expect(seconds()).toHaveLength(2);
  });

  test('and one of the secret of the webhook: both sign from the next delivery, also by a function that had cached the value before (S4.3)', async () => {
    const { secret: before } = await setWebhook();
    // The function has what was before either rotation.
    await send();
    pass(60_000);
    await send();
    await putDeploymentSecret('second');
    const operator = scim;
    jest.resetModules();
    const { rotateWebhookSecret } = await load();
    const { secret: after } = await rotateWebhookSecret(tenant);
    pass(1000);
    scim = operator;
    await send();
    expect(after).toBe(scim.signingSecret('second', tenant, 2));
    expect(accepted(before, after)).toEqual([before, after]);
  });

  test('the secret that is printed is as old as the value that it comes from', async () => {
    const { madeAt } = await setWebhook();
    await putDeploymentSecret('second');
    const after = await scim.readWebhookSecret(tenant);
    expect(after.madeAt.getTime()).toBeGreaterThan(madeAt.getTime());
  });
});

describe('while the secret of the deployment cannot be read', () => {
  test('nothing is posted unsigned: events wait, and are posted signed when it can', async () => {
    const { secret } = await setWebhook();
    await deleteDeploymentSecret();
    await start();
    await send();
    expect(receiver.received).toEqual([]);
    expect((await scim.readWebhookState(tenant)).trouble).toMatchObject({
      answer: 'not sent: the secret of the deployment cannot be read',
      waiting: 1,
    });
    await createDeploymentSecret('first');
    pass(MINUTE);
    await scim.retry();
    jest.restoreAllMocks();
    expect(receiver.taken).toHaveLength(1);
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+$/);
    expect(secret).toBe(scim.signingSecret('first', tenant, 1));
  });

  test('that is not counted against an endpoint: it is not switched off after a day', async () => {
    await setWebhook();
    await deleteDeploymentSecret();
    await start();
    await send();
    for (let hour = 0; hour < 30; hour++) {
      pass(60 * MINUTE);
      await scim.retry();
    }
    expect((await scim.readWebhookState(tenant)).trouble?.retryAt).toBeDefined();
    expect(await scim.findRetry(tenant)).toMatchObject({ failures: 0 });
  });

  test('none is set or rotated, and the operator is told why', async () => {
    await deleteDeploymentSecret();
    const refusal = { name: 'TokenError', code: 'noDeploymentSecret' };
    await expect(setWebhook()).rejects.toMatchObject(refusal);
    await expect(scim.readWebhookState(tenant)).rejects.toThrow('has no webhook');
    await createDeploymentSecret('first');
    await setWebhook();
    await deleteDeploymentSecret();
    await expect(scim.rotateWebhookSecret(tenant)).rejects.toMatchObject(refusal);
    await expect(scim.readWebhookSecret(tenant)).rejects.toMatchObject(refusal);
  });
});
