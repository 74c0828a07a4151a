// Every metric of a deployment by name, for the alarms (lib/observability/alarms.ts) and the dashboard.

import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ScimApi } from '../api/scim-api.ts';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import type { ChangePipeline } from '../pipeline/change-pipeline.ts';
import type { Webhooks } from '../pipeline/webhooks.ts';
import type { PartProps } from '../settings/config.ts';
import type { TenantErasure } from '../tenants/tenant-erasure.ts';
import type { TenantTokens } from '../tenants/tenant-tokens.ts';
import type { TenantWatch } from '../tenants/tenant-watch.ts';
import { changeMeasures, failedRules, waitingIn, webhookMeasures } from './delivery-measures.ts';
import { accountConcurrency, failedInvocations, throttledInvocations } from './function-measures.ts';
import {
  apiMeasures,
  lostWrites,
  missingKeys,
  refusedKeys,
  refusedTokens,
  tableThrottles,
} from './request-measures.ts';
import { heartbeats, previousTokensStillUsed, silentTenants } from './tenant-measures.ts';

/** The parts of a deployment that are measured. */
export interface MeasuredParts extends PartProps {
  readonly api: ScimApi;
  readonly directory: DirectoryTable;
  readonly tokens: TenantTokens;
  /** The functions that answer SCIM requests. */
  readonly functions: readonly IFunction[];
  readonly changes: ChangePipeline;
  readonly webhooks: Webhooks;
  readonly erasure: TenantErasure;
  readonly watch: TenantWatch;
  readonly ruleDeadLetters: Queue;
}

/** The metrics of these parts. */
export const measure = ({
  config,
  api,
  directory,
  tokens: { authorizer, rotation, retirement, daily },
  functions,
  changes,
  webhooks,
  erasure,
  watch,
  ruleDeadLetters,
}: MeasuredParts) => ({
  ...apiMeasures(api.api.deploymentStage),
  refusedTokens: refusedTokens(config, api.accessLog.logGroup),
  missingKeys: missingKeys(config, api.accessLog.logGroup),
  ...refusedKeys(config),
  lostWrites: lostWrites(config),
  authorizerErrors: failedInvocations('authorizer', [authorizer]),
  tokenErrors: failedInvocations('tokens', [rotation, retirement]),
  previousTokensStillUsed: previousTokensStillUsed(config),
  silentTenants: silentTenants(config),
  functionErrors: failedInvocations('scim', functions),
  functionThrottles: throttledInvocations([authorizer, ...functions]),
  accountConcurrency: accountConcurrency(),
  ...tableThrottles(directory),
  ...changeMeasures(config, changes),
  ...webhookMeasures(config, webhooks),
  erasureErrors: failedInvocations('erasure', [erasure.sweep]),
  watchErrors: failedInvocations('watch', [watch.silence]),
  ...heartbeats(config),
  failedRules: failedRules(
    changes.eventBus,
    [webhooks.events],
    [webhooks.eachMinute, erasure.eachMinute, watch.hourly, daily],
  ),
  ruleDeadLetters: waitingIn(ruleDeadLetters),
  busDeadLetters: waitingIn(changes.busDeadLetters),
});

/** The metrics by name. */
export type Measures = ReturnType<typeof measure>;
