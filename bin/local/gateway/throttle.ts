// Throttles by API key: API Gateway fills each key's bucket at the rate of its usage plan.

import type { LocalUsagePlan } from '../stack/gateway.ts';
import { Refusal } from './refusal.ts';

/** Takes one request from the key's bucket; throws the refusal that API Gateway would answer with. */
export type Throttle = (key: string | undefined) => void;

/** `plansOf` returns the usage plans of a key; a key in none of `plans` is refused. */
export const createThrottle = (
  plans: ReadonlyMap<string, LocalUsagePlan>,
  plansOf: (key: string) => readonly string[],
): Throttle => {
  const buckets = new Map<string, { requests: number; at: number }>();
  return (key) => {
    const planId = key === undefined ? undefined : plansOf(key).find((id) => plans.has(id));
    const plan = planId === undefined ? undefined : plans.get(planId);
    if (key === undefined || !plan) throw new Refusal('INVALID_API_KEY');
    const now = Date.now();
    const { requests, at } = buckets.get(key) ?? { requests: plan.burst, at: now };
    const filled = Math.min(plan.burst, requests + ((now - at) / 1000) * plan.requestsPerSecond);
    buckets.set(key, { requests: filled < 1 ? filled : filled - 1, at: now });
    if (filled < 1) throw new Refusal('THROTTLED');
  };
};
