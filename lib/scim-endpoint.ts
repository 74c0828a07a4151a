// One deployment: all its parts and how they are wired together. It can be part of any stack.

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
import { addOutputs, outputsOf } from './operator/outputs.ts';
import { allPermissions, grantAll, type OperatedParts, readPermissions } from './operator/permissions.ts';
import { ChangePipeline } from './pipeline/change-pipeline.ts';
import { Webhooks } from './pipeline/webhooks.ts';
import { configOf, deploymentName } from './settings/config.ts';
import type { ScimEndpointProps } from './settings/scim-endpoint-props.ts';
import { SettingError } from './settings/setting-error.ts';
import { TenantErasure } from './tenants/tenant-erasure.ts';
import { TenantTokens } from './tenants/tenant-tokens.ts';
import { TenantWatch } from './tenants/tenant-watch.ts';

/**
 * A multi-tenant SCIM 2.0 endpoint (RFC 7643, RFC 7644) with its table, event bus, webhooks, alarms and operator outputs, for
 * any account and region. A stack can contain several.
 *
 * Keep the id once the endpoint is deployed: another id replaces the table and the API, whose URL customers have pasted. Under
 * the id `Default` resources have the same logical ids as in a stack that `cdk deploy` of this repository makes.
 */
export class ScimEndpoint extends Construct {
  /**
   * The beginning of every Tenant URL, without a slash at the end: `<baseUrl>/<tenant>/v2`. That of the first of `domains`, or of
   * the API's own stage; for a wildcard domain a template, `https://{tenant}.scim.example.com`.
   */
  readonly baseUrl: string;
  /**
   * The bus to create rules on. Every event has the source `EVENT_SOURCE` and a `BusinessEvent` as its detail, both exported by
   * `scim-endpoint/events`.
   */
  readonly eventBus: IEventBus;
  /** The table with the users, groups and settings of all tenants. Its items are internal and may change in any release. */
  readonly table: ITable;
  /** The SNS topic that every alarm notifies: one of the deployment's own, or `alarmTopicArn`. Undefined with `emulator`. */
  readonly alarmTopic: ITopic | undefined;
  private readonly parts: OperatedParts;

  /**
   * Throws a `SettingError` for an invalid property, for an id without a letter or digit, and in a nested stack. Throws an `Error`
   * if a function has no bundle, which the package includes.
   */
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
    addOutputs(this, prefixOf(this), outputsOf(this.parts, observability));
  }

  /** Allows a principal to run the operator commands that only read. They read neither tokens nor failed changes. */
  grantLooking(grantee: IGrantable): Grant {
    return grantAll(grantee, readPermissions(this, this.parts));
  }

  /** Allows a principal to run every operator command, including those that create, delete, rotate, redrive and replay. */
  grantOperating(grantee: IGrantable): Grant {
    return grantAll(grantee, allPermissions(this, this.parts));
  }
}

/** The prefix of the outputs' names: the letters and digits of the id, as in logical ids. */
const prefixOf = ({ node: { id } }: Construct): string => {
  if (id === 'Default') return '';
  const prefix = id.replace(/[^A-Za-z0-9]/g, '');
  if (prefix) return prefix;
  throw new SettingError(
    `The id of the endpoint, ${id}, has no letter from A to Z and no digit: outputs are named after it.`,
  );
};

const nameOf = (scope: Construct): string => {
  const { stackName } = Stack.of(scope);
  if (Token.isUnresolved(stackName)) {
    throw new SettingError(
      'The endpoint cannot be part of a nested stack, whose name is not known at synthesis.',
    );
  }
  return deploymentName(stackName, prefixOf(scope));
};
