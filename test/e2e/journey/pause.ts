// A paused tenant refuses whatever Entra asks, so that Entra takes nothing for an answer about its users; resumed, it goes on
// as before.

import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type Exchange, ScimClient, type ScimRequest } from '../../../bin/simulate/client.ts';
import { createUser, operate, type Target, type TestTenant } from '../target.ts';
import { until } from '../until.ts';

/** Functions remember for a minute whether a tenant is served; the rest is for a busy machine. */
const WITHIN_SECONDS = 70;

interface Probe extends ScimRequest {
  /** How it is answered while the tenant is served. */
  readonly servedWith: number;
}

/** Something for each function. None of it changes anything, as some are served for up to a minute after the pause. */
const probesOf = (path: string, userName: string): readonly Probe[] => [
  { method: 'GET', path, servedWith: 200 },
  { method: 'GET', path: `/Users/${randomUUID()}`, servedWith: 404 },
  { method: 'GET', path: '/Users', query: { filter: 'userName eq "nobody@veldt.example"' }, servedWith: 200 },
  { method: 'POST', path: '/Users', body: { schemas: [`${CORE}:User`], userName }, servedWith: 409 },
  { method: 'DELETE', path: `/Groups/${randomUUID()}`, servedWith: 404 },
  {
    method: 'POST',
    path: '/.search',
    body: { schemas: [`${MESSAGES}:SearchRequest`], count: 1 },
    servedWith: 200,
  },
  {
    method: 'POST',
    path: '/Bulk',
    body: { schemas: [`${MESSAGES}:BulkRequest`], Operations: [] },
    servedWith: 200,
  },
  { method: 'GET', path: '/ServiceProviderConfig', servedWith: 200 },
];

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';

/** Pauses the tenant, resumes it, and tells how long each took to be in force with every function. */
export const pauseAndResume = async (target: Target, tenant: TestTenant): Promise<string> => {
  const userName = 'paused@veldt.example';
  const probes = probesOf(await createUser(tenant, userName), userName);
  const client = new ScimClient(tenant.tenantUrl, tenant.token, 1);
  const allAre = async (isRight: (exchange: Exchange, probe: Probe) => boolean): Promise<string> => {
    const started = Date.now();
    let wrong = '';
    const patience = { seconds: WITHIN_SECONDS, signal: target.signal };
    await until(
      () => `another answer than ${wrong}`,
      patience,
      async () => {
        for (const probe of probes) {
          const exchange = await client.send(probe);
          const { method, url, status, failure, text } = exchange;
          wrong = `${failure ?? `${status} ${text}`} to ${method} ${url}`;
          if (!isRight(exchange, probe)) return false;
        }
        return true;
      },
    );
    return `${((Date.now() - started) / 1000).toFixed(0)} s`;
  };
  await allAre(served);
  await operate(target, 'tenant', 'pause', tenant.tenant);
  const paused = await allAre(refused);
  await operate(target, 'tenant', 'resume', tenant.tenant);
  const resumed = await allAre(served);
  client.close();
  return `refused after ${paused}, served after ${resumed}`;
};

const served = ({ status }: Exchange, { servedWith }: Probe): boolean => status === servedWith;

const refusal = v.object({
  schemas: v.tuple([v.literal(`${MESSAGES}:Error`)]),
  status: v.literal('403'),
  detail: v.pipe(v.string(), v.includes('paused by its operator')),
});

const refused = ({ status, json }: Exchange): boolean => status === 403 && v.is(refusal, json);
