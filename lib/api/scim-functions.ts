// The functions that answer SCIM requests, each with only the permissions that its code uses.

import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { HandlerFunction } from '../foundation/handler-function.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { PartProps } from '../settings/config.ts';
import { isWildcard } from './custom-domain.ts';

/** One vCPU: a bulk request has up to 500 operations, each of which takes milliseconds of computing. */
const ONE_VCPU_MB = 1769;

// A transaction needs the permissions of its parts; test/lib/foundation/function-permissions.test.ts compares them with the
// code.
const READ = ['GetItem', 'BatchGetItem', 'Query'];
const READ_AND_WRITE = [...READ, 'PutItem', 'UpdateItem', 'DeleteItem'];

/** What the functions are made from. */
interface ScimFunctionsProps extends PartProps {
  /** The table that they read and write. */
  readonly directory: DirectoryTable;
}

/** The functions by the routes that they serve. */
export interface ScimFunctions {
  /** `/Users`. */
  readonly users: IFunction;
  /** `/Groups`. */
  readonly groups: IFunction;
  /** `/Bulk` (RFC 7644, section 3.7). */
  readonly bulk: IFunction;
  /** `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644, section 4), and `/Me` (section 3.11). */
  readonly discovery: IFunction;
  /** Every other path: custom resource types, the search across all types, unknown paths. */
  readonly resources: IFunction;
}

interface FunctionSettings {
  readonly description: string;
  /** Permissions on the table, without `dynamodb:`. */
  readonly actions: readonly string[];
  readonly memorySize?: number;
}

/** Creates them in `scope`, each under its name: they are no construct of their own, which would change their logical ids. */
export const scimFunctions = (scope: Construct, { config, directory }: ScimFunctionsProps): ScimFunctions => {
  const serve = (
    name: keyof ScimFunctions,
    { description, actions, memorySize }: FunctionSettings,
  ): IFunction =>
    new HandlerFunction(
      scope,
      name.replace(/^./, (letter) => letter.toUpperCase()),
      {
        config,
        description,
        entry: `lambdas/handlers/${name}.ts`,
        environment: {
          TABLE_NAME: directory.table.tableName,
          LOG_DAYS: String(config.logDays),
          METRIC_NAMESPACE: metricNamespace(config),
          ...(config.domains.some(isWildcard) && {
            DOMAIN_NAMES: config.domains.map(({ domainName }) => domainName).join(),
          }),
          ...(name !== 'discovery' && {
            TENANT_SEARCH_MB_PER_MINUTE: String(config.tenantSearchMegabytesPerMinute),
          }),
        },
        permissions: directory.allow(...actions),
        memorySize,
      },
    ).function;
  return {
    users: serve('users', { description: 'Answers SCIM requests for users.', actions: READ_AND_WRITE }),
    groups: serve('groups', { description: 'Answers SCIM requests for groups.', actions: READ_AND_WRITE }),
    bulk: serve('bulk', {
      description: 'Answers SCIM bulk requests.',
      actions: [...READ_AND_WRITE, 'BatchWriteItem'],
      memorySize: ONE_VCPU_MB,
    }),
    discovery: serve('discovery', {
      description: 'Answers SCIM requests for the capabilities of this endpoint.',
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    }),
    resources: serve('resources', {
      description: 'Answers SCIM requests for custom resource types, and for paths in another spelling.',
      actions: [...READ_AND_WRITE, 'BatchWriteItem'],
    }),
  };
};
