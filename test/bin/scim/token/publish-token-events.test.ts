// The operator's token commands tell the product, and do not fail where it cannot be told.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type EventBus, startEventBus } from '../../../../bin/local/events/bus.ts';
import { openApiKeys } from '../../../../bin/local/gateway/api-keys.ts';
import { type ApiGateway, startApiGateway } from '../../../../bin/local/gateway/control-api.ts';
import type { BusinessEvent } from '../../../../lambdas/events/event.ts';
import { createTenant } from '../../../../lambdas/operations/create-tenant.ts';
import type { TenantId } from '../../../../lambdas/platform/tenant.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { problemsOf } from '../../../support/event-schemas.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim, TARGET_LINE } from '../terminal.ts';

const heard: BusinessEvent[] = [];
let bus: EventBus;
let cloudFormation: CloudFormation;
let apiGateway: ApiGateway;
let tenant: TenantId;

beforeAll(async () => {
  bus = await startEventBus(({ detail }) => heard.push(detail as BusinessEvent));
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.endpoint;
  cloudFormation = await startCloudFormation({
    Scim: {
      BaseUrl: 'https://scim.example.com/',
      TableName: 'scim-test',
      SecretPrefix: 'scim',
      EventBusName: 'events',
      RestApiId: 'api',
      StageName: 'scim',
    },
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
  apiGateway = await startApiGateway(openApiKeys(), () => {});
  process.env.AWS_ENDPOINT_URL_API_GATEWAY = apiGateway.endpoint;
});
afterAll(() => Promise.all([apiGateway.stop(), cloudFormation.stop(), bus.stop()]));

beforeEach(async () => {
  tenant = freshTenantId();
  await createTenant(tenant);
  heard.length = 0;
});

const run = async (line: string) => {
  const { exitCode, stdout, stderr } = await scim(`--stack Scim ${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: TARGET_LINE });
  return JSON.parse(stdout);
};
const told = () => heard.map(({ type, resource }) => `${type} ${resource.id}`);

describe('the product hears', () => {
  test('of a rotation and of a retirement', async () => {
    const { keyId, previous } = await run(`token rotate ${tenant}`);
    await run(`token retire ${tenant}`);
    await run(`token retire ${tenant}`);
    expect(told()).toEqual([`tenant.token.rotated ${keyId}`, `tenant.token.retired ${previous.keyId}`]);
    expect(heard.flatMap(problemsOf)).toEqual([]);
  });

  test('of the token that a forced rotation ends', async () => {
    const first = await run(`token rotate ${tenant}`);
    const second = await run(`token rotate ${tenant} --force`);
    expect(told().slice(1)).toEqual([
      `tenant.token.retired ${first.previous.keyId}`,
      `tenant.token.rotated ${second.keyId}`,
    ]);
  });
});

test('when the bus cannot be told, the token is rotated all the same, and the operator hears so', async () => {
  await bus.stop();
  const { exitCode, stdout, stderr } = await scim(`--stack Scim token rotate ${tenant}`);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('has a new token');
  expect(stderr).toContain(
    `A token of ${tenant} was rotated, but the event about it could not be published.`,
  );
});
