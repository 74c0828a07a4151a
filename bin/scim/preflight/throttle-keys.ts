// Whether every tenant has the key that a throttle by tenant needs. It is the seam for `scim:throttle=tenant`: with it, a tenant
// without its key would be refused by the gateway.

import type { Config } from '../../../lib/config.ts';
import type { Check } from './check.ts';

/** Nothing yet: throttling is by tenant wherever it is on, and `tenant throttle --all` makes the keys that are missing. */
export const lookAtThrottleKeys = (_config: Config): Promise<Check>[] => [];
