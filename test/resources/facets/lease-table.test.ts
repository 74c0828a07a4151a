// The lease of a group's member list: one holder at a time, and the others learn how long it lasts.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { withLease } from '../../../lambdas/resources/facets/lease-table.ts';
import type { ScimError } from '../../../lambdas/scim/errors/errors.ts';
import { freshIncarnation } from '../../setup/fresh-tenant.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a request that does not get it is told when it expires (S1.1)', async () => {
  const realNow = Date.now;
  let aheadMs = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
  const tenant = freshIncarnation();
  const { promise: written, resolve: finish } = Promise.withResolvers<void>();
  const { promise: acquired, resolve: onAcquired } = Promise.withResolvers<void>();
  const holding = withLease(tenant, 'g', () => {
    onAcquired();
    return written;
  });
  await acquired;
  const refused = withLease(tenant, 'g', async () => 'ran');
  const answer = refused.catch((error: unknown) => error);
  await sleep(200);
  aheadMs = 11_000;
  const error = (await answer) as ScimError;
  expect(error).toMatchObject({ status: 503, code: 'listBeingWritten' });
  expect(error.retryAfterSeconds).toBeGreaterThan(10);
  expect(error.retryAfterSeconds).toBeLessThanOrEqual(19);
  finish();
  await holding;
  expect(await withLease(tenant, 'g', async () => 'ran')).toBe('ran');
});
