// Everything that one deployment is made of, and how the parts know each other. It can be part of any stack.

import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ScimApi } from './api/scim-api.ts';
import { scimFunctions } from './api/scim-functions.ts';
import { DeploymentKey } from './foundation/deployment-key.ts';
import { DeploymentSecret } from './foundation/deployment-secret.ts';
import { DirectoryTable } from './foundation/directory-table.ts';
import { RuleDeadLetters } from './foundation/rule-dead-letters.ts';
import { Observability } from './observability/observability.ts';
import { outputsOf, putOut } from './operator/outputs.ts';
import { acting, grantAll, looking, type OperatedParts } from './operator/permissions.ts';
import { ChangePipeline } from './pipeline/change-pipeline.ts';
import { Webhooks } from './pipeline/webhooks.ts';
import { configOf, deploymentName } from './settings/config.ts';
import type { ScimEndpointProps } from './settings/scim-endpoint-props.ts';
import { SettingError } from './settings/setting-error.ts';
import { TenantErasure } from './tenants/tenant-erasure.ts';
import { TenantTokens } from './tenants/tenant-tokens.ts';
import { TenantWatch } from './tenants/tenant-watch.ts';

/**
 * One deployment, for any account and region. Under the id `Default` its resources are called as if they stood in the
 * stack itself; keep the id: another one replaces the API, whose URL customers have pasted, and the table.
 */
export class ScimEndpoint extends Construct {
  /** What Tenant URLs begin with; of a wildcard domain a template, `https://{tenant}.scim.example.com`. */
  readonly baseUrl: string;
  /** On which the product hears of changes. */
  readonly eventBus: IEventBus;
  /** The directory of all tenants. */
  readonly table: ITable;
  /** What every alarm tells; undefined with `emulator`. */
  readonly alarmTopic: ITopic | undefined;
  private readonly parts: OperatedParts;

  /** Throws a `SettingError` for a property that cannot be used. */
  constructor(scope: Construct, id: string, props: ScimEndpointProps = {}) {
    super(scope, id);
    const settings = configOf(props, nameOf(this));
    const encryptionKey = settings.customerManagedKey
      ? new DeploymentKey(this, 'Key', { config: settings }).key
      : undefined;
    const config = { ...settings, encryptionKey };
    const directory = new DirectoryTable(this, 'Directory', { config });
    const { queue: ruleDeadLetters } = new RuleDeadLetters(this, 'RuleDeadLetters', { config });
    const changes = new ChangePipeline(this, 'Changes', { config, directory });
    const { eventBus, failedChanges } = changes;
    const deploymentSecret = new DeploymentSecret(this, 'DeploymentSecret', { config });
    const tokens = new TenantTokens(this, 'Tokens', {
      config,
      directory,
      changes,
      deploymentSecret,
      ruleDeadLetters,
    });
    const webhooks = new Webhooks(this, 'Webhooks', {
      config,
      directory,
      eventBus,
      deploymentSecret,
      ruleDeadLetters,
    });

    const watch = new TenantWatch(this, 'Watch', { config, directory, changes, ruleDeadLetters });
    const erasure = new TenantErasure(this, 'Erasure', {
      config,
      directory,
      failedChanges,
      ruleDeadLetters,
    });

    const functions = scimFunctions(this, { config, directory });
    const api = new ScimApi(this, 'Gateway', { config, authorizer: tokens.authorizer, ...functions });
    const observability = config.emulator
      ? undefined
      : new Observability(this, 'Observability', {
          config,
          api,
          directory,
          tokens,
          functions: Object.values(functions),
          changes,
          webhooks,
          erasure,
          watch,
          ruleDeadLetters,
        });

    this.parts = { config, directory, changes, tokens, deploymentSecret, api };
    this.baseUrl = api.baseUrl;
    this.eventBus = eventBus;
    this.table = directory.table;
    this.alarmTopic = observability?.alarmTopic;
    putOut(this, prefixOf(this), outputsOf(this.parts, observability));
  }

  /** Lets somebody run the operator's commands that show: no tokens, and no changes that were given up. */
  grantLooking(grantee: IGrantable): Grant {
    return grantAll(grantee, looking(this, this.parts));
  }

  /** Lets somebody run every command of the operator: tenants, tokens, webhooks, redrive, replay. */
  grantOperating(grantee: IGrantable): Grant {
    return grantAll(grantee, acting(this, this.parts));
  }
}

/** What stands before the names of outputs: the letters and digits of the id, as in logical ids. */
const prefixOf = ({ node: { id } }: Construct): string => {
  if (id === 'Default') return '';
  const prefix = id.replace(/[^A-Za-z0-9]/g, '');
  if (prefix) return prefix;
  throw new SettingError(`The id of the endpoint, ${id}, has no letter from A to Z and no digit.`);
};

const nameOf = (scope: Construct): string => {
  const { stackName } = Stack.of(scope);
  if (Token.isUnresolved(stackName)) {
    throw new SettingError('The endpoint cannot be part of a nested stack, which has no name of its own.');
  }
  return deploymentName(stackName, prefixOf(scope));
};
