// Deleting a tenant deletes its set-aside records, wherever they are stored, and no others.

import '../../support/own-table.ts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createTable } from '../../../bin/local/table/create-table.ts';
import { putObject, readObject, walkKeys } from '../../../lambdas/changes/set-aside/bucket.ts';
import {
  deleteSetAside,
  eraseSetAside,
  setAside,
  walkSetAside,
} from '../../../lambdas/changes/set-aside/set-aside.ts';
import { createTenant } from '../../../lambdas/operations/create-tenant.ts';
import { deleteTenant } from '../../../lambdas/operations/delete-tenant.ts';
import {
  REMOVED_AFTER_MS,
  SWEPT_AFTER_MS,
  SWEPT_AGAIN_AFTER_MS,
  sweepGraves,
} from '../../../lambdas/operations/sweep-graves.ts';
import type { Incarnation } from '../../../lambdas/platform/tenant.ts';
import { freshTenantId, incarnation } from '../../setup/fresh-tenant.ts';
import { tableDefinition } from '../../setup/table-definition.ts';
import { ownTableName } from '../../support/own-table.ts';

const acme = incarnation('acme.t1a2b3');
const later = incarnation('acme.t1a2b4');
const veldt = incarnation('veldt.t1a2b3');

const recordOf = (tenant: Incarnation, number: number, more: object = {}) => ({
  eventID: `${tenant}-${number}`,
  eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/directory/stream/1',
  dynamodb: { SequenceNumber: String(number), Keys: { PK: { S: `T#${tenant}#USER` }, SK: { S: '1' } } },
  ...more,
});

const giveUp = (key: string, ...Records: object[]) =>
  putObject(`aws/lambda/${key}`, JSON.stringify({ payload: JSON.stringify({ Records }) }));

const keys = async () => (await Array.fromAsync(walkKeys(''))).flat();
const records = async () => (await Array.fromAsync(walkSetAside())).flatMap((each) => each.records);

beforeEach(async () => {
  for (const key of await keys()) await deleteSetAside({ key });
});

describe('erasing a tenant', () => {
  test('takes its own objects, page by page, and leaves those of other tenants and of its next incarnation', async () => {
    const mine = Array.from({ length: 1_010 }, (_, number) => recordOf(acme, number));
    for (let at = 0; at < mine.length; at += 100) {
      await Promise.all(mine.slice(at, at + 100).map((record) => setAside(record, 'failing', 0)));
    }
    await setAside(recordOf(veldt, 1), 'failing', 0);
    await setAside(recordOf(later, 1), 'failing', 0);
    await eraseSetAside(acme);
    expect(await records()).toEqual([recordOf(later, 1), recordOf(veldt, 1)]);
  });

  test("takes its records out of Lambda's objects, and an object with none left", async () => {
    await giveUp('mixed', recordOf(acme, 1), recordOf(veldt, 2), recordOf(acme, 3));
    await giveUp('own', recordOf(acme, 4));
    await giveUp('foreign', recordOf(veldt, 5));
    const foreign = await readObject('aws/lambda/foreign');
    await eraseSetAside(acme);
    expect(await records()).toEqual([recordOf(veldt, 5), recordOf(veldt, 2)]);
    expect(await keys()).toEqual(['aws/lambda/foreign', 'aws/lambda/mixed']);
    expect(await readObject('aws/lambda/foreign')).toBe(foreign);
    await eraseSetAside(acme);
    expect(await keys()).toHaveLength(2);
  });

  test('leaves what others have whose id ends with its own, and what others merely wrote', async () => {
    const other = recordOf(incarnation(`eu-${acme}`), 1);
    const quoting = recordOf(veldt, 2, { userIdentity: { note: `#${acme}#` } });
    await giveUp('mixed', recordOf(acme, 3), other, quoting);
    await eraseSetAside(acme);
    expect(await records()).toEqual([other, quoting]);
  });

  test('takes one whose key did not say that it is its', async () => {
    const unreadable = {
      eventID: '1',
      dynamodb: { Keys: { PK: { N: '1' } }, OldImage: { PK: { S: `T#${acme}#USER` } } },
    };
    await setAside(unreadable, 'unreadable', 0);
    expect(await keys()).toEqual([expect.stringMatching(/^unknown\//)]);
    await eraseSetAside(veldt);
    expect(await records()).toEqual([unreadable]);
    await eraseSetAside(acme);
    expect(await keys()).toEqual([]);
  });
});

test('an object that cannot be read goes with the tenant that it names', async () => {
  await putObject('aws/lambda/cut-off', `{"payload":"{\\"Records\\":[{\\"S\\":\\"T#${acme}#USER`);
  await eraseSetAside(veldt);
  expect(await keys()).toEqual(['aws/lambda/cut-off']);
  await eraseSetAside(acme);
  expect(await keys()).toEqual([]);
});

test('`tenant delete` leaves nothing of the tenant in the bucket', async () => {
  await createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, tableDefinition);
  const id = freshTenantId();
  const { incarnation: tenant } = await createTenant(id);
  await setAside(recordOf(tenant, 1), 'failing', 0);
  await giveUp('mixed', recordOf(tenant, 2), recordOf(veldt, 3));
  await deleteTenant(id);
  expect(await records()).toEqual([recordOf(veldt, 3)]);
});

test('what Lambda gives up within the next 20 hours is swept, too', async () => {
  const id = freshTenantId();
  const { incarnation: tenant } = await createTenant(id);
  await deleteTenant(id);
  for (const after of [SWEPT_AFTER_MS, SWEPT_AGAIN_AFTER_MS]) await sweepGraves(Date.now() + after + 1000);
  await giveUp('late', recordOf(tenant, 2), recordOf(veldt, 3));
  await sweepGraves(Date.now() + 20 * 60 * 60 * 1000);
  expect(await records()).toHaveLength(2);
  await sweepGraves(Date.now() + REMOVED_AFTER_MS + 1000);
  expect(await records()).toEqual([recordOf(veldt, 3)]);
});
