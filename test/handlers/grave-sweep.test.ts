// The grave sweep puts a heartbeat metric, so that a schedule that stopped is noticed.

import { expect, test } from '@jest/globals';
import { handler } from '../../lambdas/handlers/grave-sweep.ts';
import { metricsOf } from '../support/written-metrics.ts';

test('the sweep gives a sign of life, with nothing to sweep', async () => {
  expect(await metricsOf(handler)).toEqual({ SweepHeartbeat: 1 });
});
