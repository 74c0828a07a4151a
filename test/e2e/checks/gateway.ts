// What the gateway does by itself and no emulator plays: its access log, its throttling, the first minutes of a tenant.

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { readStackOutputs, requireOutput } from '../../../bin/scim/deployment/stack-outputs.ts';
import { readAccessLine } from '../../../bin/scim/log/access-line.ts';
import { flushAuthorizerCache } from '../../../bin/shared/api-gateway.ts';
import { NEW_KEY_MS } from '../../../lambdas/credentials/throttle-key.ts';
import { parseToken } from '../../../lambdas/credentials/token.ts';
import { createdAtMs } from '../../../lambdas/platform/tenant.ts';
import { operate, operateToken, type Target, type TestTenant } from '../target.ts';
import { until } from '../until.ts';
import { type Check, demand } from './check.ts';
import { answeredWith, bearer } from './http.ts';

const LOGGED_WITHIN_SECONDS = 120;

const accessLogGroup = async ({ stack }: Target) =>
  requireOutput(await readStackOutputs(stack.name), 'AccessLogGroup', stack.name);

const logRole: Check = {
  name: 'the role that API Gateway writes logs with',
  onlyOnAws: 'MiniStack needs none',
  see: async () => {
    const { cloudwatchRoleArn } = await new APIGatewayClient({}).send(new GetAccountCommand({}));
    demand(
      cloudwatchRoleArn !== undefined,
      'The account and region have no log role, so there is no access log: deploy once with -c scim:gatewayLogRole=true.',
    );
    return String(cloudwatchRoleArn);
  },
};

/** Quotes and backslashes in a path, in the query and in headers must not break the line of the access log. */
const escapedLine: Check = {
  name: 'an access log line of a hostile path',
  onlyOnAws: 'MiniStack writes no access log',
  see: async (target, tenant) => {
    const marker = randomBytes(6).toString('hex');
    const path = `/Users/${marker}"},\\"x":"%22%5C`;
    const answer = await fetch(`${tenant.tenantUrl}${path}`, { headers: bearer(tenant.token) });
    const requestId = answer.headers.get('x-amzn-requestid') ?? '';
    const logGroupName = await accessLogGroup(target);
    const logs = new CloudWatchLogsClient({});
    const patience = { seconds: LOGGED_WITHIN_SECONDS, signal: target.signal };
    const line = await until('the line of the access log', patience, async () => {
      const search = { logGroupName, startTime: Date.now() - 600_000, filterPattern: `"${requestId}"` };
      const { events = [] } = await logs.send(new FilterLogEventsCommand(search));
      return events[0]?.message;
    });
    const fields = readAccessLine(line) as Readonly<Record<string, unknown>>;
    demand(fields.requestId === requestId, `The line has another request id: ${line}`);
    demand(fields.tenant === tenant.tenant, `The line has another tenant: ${line}`);
    return `is read, with the tenant; AWS has made ${JSON.stringify(fields.path)} of the path: ${line}`;
  },
};

/** Waits until the tenant is too old for the stand-in, and has the gateway forget that it was named. */
const countByOwnKey = async ({ stack, signal }: Target, { token }: TestTenant): Promise<void> => {
  const key = parseToken(token);
  if (!key) throw new Error('The token of the tenant is none.');
  const ownFrom = createdAtMs(key.tenant) + NEW_KEY_MS + 1000;
  await delay(Math.max(0, ownFrom - Date.now()), undefined, { signal });
  const outputs = await readStackOutputs(stack.name);
  const [api, stage] = (['RestApiId', 'StageName'] as const).map((name) =>
    requireOutput(outputs, name, stack.name),
  );
  await flushAuthorizerCache(api ?? '', stage ?? '');
};

/** A usage plan may count each method of an API by itself; docs say what a tenant may send by what is seen here. */
const throttleBuckets: Check = {
  name: 'one throttle for a tenant, or one for each path',
  onlyOnAws: 'MiniStack throttles nobody',
  isPatient: true,
  see: async (target, tenant) => {
    await countByOwnKey(target, tenant);
    const headers = bearer(tenant.token);
    const burst = async (paths: readonly string[]): Promise<number> => {
      const answers = await Promise.all(
        Array.from({ length: 400 }, (_each, at) =>
          fetch(`${tenant.tenantUrl}${paths[at % paths.length]}`, { headers }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      demand(!statuses.some((status) => status >= 500), 'A burst was answered with 5XX.');
      return statuses.filter((status) => status === 200).length;
    };
    const one = await burst(['/ResourceTypes']);
    await delay(15_000);
    const two = await burst(['/ResourceTypes', '/Schemas']);
    const verdict = two > one * 1.5 ? 'one for each path' : 'one for all';
    return `${verdict}: of 400 requests at once ${one} were served on one path, ${two} on two`;
  },
};

/** Five with the stand-in, five more in which the gateway may remember it, and some with the tenant's own key. */
const FIRST_MINUTES = 12;

/** A new tenant is served from its first request on, while API Gateway makes its key known. */
const firstMinutes: Check = {
  name: `the first ${FIRST_MINUTES} minutes of a tenant`,
  onlyOnAws: 'MiniStack asks for no key',
  isPatient: true,
  see: async (target) => {
    const id = `smoke-${randomBytes(4).toString('hex')}`;
    const tenant = await operateToken(target, 'tenant', 'create', id);
    try {
      const endsAt = Date.now() + FIRST_MINUTES * 60_000;
      let requests = 0;
      while (Date.now() < endsAt) {
        await answeredWith(200, `${tenant.tenantUrl}/ServiceProviderConfig`, {
          headers: bearer(tenant.token),
        });
        requests += 1;
        await delay(3000, undefined, { signal: target.signal });
      }
      return `${requests} requests, none refused`;
    } finally {
      await operate(target, 'tenant', 'delete', id, '--yes');
    }
  },
};

export const gatewayChecks: readonly Check[] = [logRole, escapedLine, throttleBuckets, firstMinutes];
