// npm run test:e2e [-- --short]: deploys the stack to MiniStack, lives with it as its operators, customers and Entra do, and
// deletes it. --short has less load and no steps that wait for minutes, for CI.

import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { localCredentials } from '../../bin/shared/local-credentials.ts';
import { rootPath } from '../../bin/shared/root-path.ts';
import { seeAll } from './checks/all.ts';
import { runInterruptibly } from './interruption.ts';
import { travel } from './journey/journey.ts';
import { upgrade } from './journey/upgrade.ts';
import { WebhookTrial } from './journey/webhook.ts';
import { bootstrap, deploy, destroy, STACK } from './ministack/cdk.ts';
import { startEdge } from './ministack/edge.ts';
import { CannotInstall, installMiniStack, startMiniStack } from './ministack/ministack.ts';
import { describeStack } from './stack.ts';
import { Summary } from './summary.ts';
import { call, createUser, type Extent, type Target, type TestTenant } from './target.ts';

const SIZE = { users: 40, groups: 5 };
/** 25 requests a second are asked for, and answered where nothing else runs. */
const FULL: Extent = { ...SIZE, loadSeconds: 60, leastPerSecond: 20, isPatient: true };
const SHORT: Extent = { ...SIZE, loadSeconds: 15, leastPerSecond: 20, isPatient: false };

/** Nothing of this run may reach an AWS account, whatever session the terminal has. */
const forgetAws = (): void => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, localCredentials, {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  });
};

/** The same stack with another setting: users, groups and tokens outlast it. */
const updateDeploy = async (target: Target, tenant: TestTenant): Promise<void> => {
  const path = await createUser(tenant, 'kept@veldt.example');
  const said = await deploy(target.signal, { logRetentionDays: 30 });
  if (/no changes/.test(said)) throw new Error('The update changed nothing.');
  await call(tenant, { method: 'GET', path }, 200);
};

const main = async (signal: AbortSignal): Promise<void> => {
  const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
  const summary = new Summary();
  forgetAws();
  mkdirSync(rootPath('.local/e2e'), { recursive: true });
  const began = performance.now();
  try {
    await installMiniStack(signal);
  } catch (error) {
    if (!(error instanceof CannotInstall)) throw error;
    console.log(`skipped: MiniStack cannot be installed here: ${error.message}`);
    return;
  }
  summary.record('install MiniStack', began);
  await using started = new AsyncDisposableStack();
  await summary.step('start MiniStack', async () => {
    const { endpoint, stop } = await startMiniStack(signal);
    started.defer(stop);
    process.env.AWS_ENDPOINT_URL = endpoint;
    return endpoint;
  });
  await summary.step('cdk bootstrap', async () => void (await bootstrap(signal)));
  const extent = values.short ? SHORT : FULL;
  const reach = async (): Promise<Target> => {
    const stack = await describeStack(STACK);
    const edge = await startEdge(process.env.AWS_ENDPOINT_URL ?? '', stack.BaseUrl);
    started.defer(edge.stop);
    return { stack, reach: edge.reach, signal };
  };
  const target = await upgrade(signal, reach, extent, summary);
  await travel(target, extent, summary, async (tenant) => {
    await seeAll(target, tenant, { ...extent, isOnAws: false }, summary);
    await using webhook = await WebhookTrial.open(target, tenant);
    await summary.step('webhook', () => webhook.hearOfUser());
    await summary.step('webhook out of order', () => webhook.breakDown());
    await summary.step('update deploy, data kept', () => updateDeploy(target, tenant));
    if (extent.isPatient) await summary.step('webhook mended', () => webhook.recover());
  });
  await summary.step('delete the stack', () => destroy(signal));
  console.log(`\n${summary}`);
};

await runInterruptibly(main);
