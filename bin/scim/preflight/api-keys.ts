// How many API keys the account has left: each throttled tenant needs one.

import { APIGatewayClient, paginateGetApiKeys } from '@aws-sdk/client-api-gateway';
import { type Check, fail, look, ok, warn } from './check.ts';

/** Per account and region, for all its APIs together. */
const QUOTA = 10_000;
const NEARLY = 8_000;

/** Fails when the quota is used up, warns when it nearly is. Counts all keys, 500 per call. */
export const lookAtApiKeys = (): Promise<Check> =>
  look('API keys', 'apigateway:GET on /apikeys', async () => {
    const client = new APIGatewayClient({});
    let keys = 0;
    for await (const { items = [] } of paginateGetApiKeys({ client, pageSize: 500 }, {}))
      keys += items.length;
    const have = `The account has ${keys.toLocaleString('en')} of ${QUOTA.toLocaleString('en')} API keys in this region`;
    if (keys >= QUOTA) {
      return fail(
        `${have}, and every tenant needs one: turn throttling off (scim:tenantRequestsPerSecond=0), or deploy elsewhere.`,
      );
    }
    return keys >= NEARLY ? warn(`${have}: plan the next cell (docs/cost.md).`) : ok(`${have}.`);
  });
