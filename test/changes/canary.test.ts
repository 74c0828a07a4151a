// The canary: an item written every minute comes back through the stream as a metric, and nothing else.

import '../support/own-table.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeCanary } from '../../lambdas/changes/canary-table.ts';
import { readTableChange } from '../../lambdas/changes/table-change.ts';
import { ChangeStream, deliver } from '../support/change-stream.ts';
import { ScimClient } from '../support/scim-client.ts';
import { metricsOf } from '../support/written-metrics.ts';

const stream = new ChangeStream();
beforeAll(() => stream.open());
afterAll(() => stream.close());

test('comes each time that it is written, and nobody acts on it', async () => {
  for (const now of [1_795_306_341_546, 1_795_306_401_546]) {
    await writeCanary(now);
    const records = await stream.take();
    // DynamoDB has no record for a write that changes nothing; the emulator has.
    expect(records.map(({ dynamodb }) => dynamodb?.NewImage?.At)).toEqual([{ N: String(now) }]);
    expect(records.map(readTableChange)).toEqual([undefined]);
    expect(await metricsOf(() => deliver(records))).toEqual({ StreamHeartbeat: 1 });
  }
  expect(stream.events).toEqual([]);
});

test('is not mistaken for what a tenant changed', async () => {
  await new ScimClient().createTenant();
  const records = await stream.take();
  expect(records.length).toBeGreaterThan(0);
  expect(await metricsOf(() => deliver(records))).toEqual({});
});
