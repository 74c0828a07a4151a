// The functions that answer SCIM requests, each with what its code calls and no more.

import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { isWildcard } from './custom-domain.ts';
import type { DirectoryTable } from './directory-table.ts';
import { HandlerFunction } from './handler-function.ts';
import { metricNamespace } from './metric-namespace.ts';

/** 500 operations must be done in one go, and each takes milliseconds of computing. */
const ONE_PROCESSOR_MB = 1769;

// A transaction needs the permissions of its parts; test/lib/permissions.test.ts holds them against the code.
const READ = ['GetItem', 'BatchGetItem', 'Query'];
const READ_AND_WRITE = [...READ, 'PutItem', 'UpdateItem', 'DeleteItem'];

/** By what they answer. */
export interface ScimFunctions {
  readonly users: IFunction;
  readonly groups: IFunction;
  readonly bulk: IFunction;
  readonly discovery: IFunction;
  readonly resources: IFunction;
}

interface Served {
  readonly description: string;
  /** On the table, without `dynamodb:`. */
  readonly actions: readonly string[];
  readonly memorySize?: number;
}

/** Makes them in `scope`. */
export const scimFunctions = (scope: Construct, config: Config, directory: DirectoryTable): ScimFunctions => {
  const serve = (name: keyof ScimFunctions, { description, actions, memorySize }: Served): IFunction =>
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
      description: 'Answers SCIM requests that carry many operations.',
      actions: [...READ_AND_WRITE, 'BatchWriteItem'],
      memorySize: ONE_PROCESSOR_MB,
    }),
    discovery: serve('discovery', {
      description: 'Tells SCIM clients what this endpoint can do.',
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    }),
    resources: serve('resources', {
      description:
        'Answers SCIM requests for the resource types that tenants define, and for paths in another spelling.',
      actions: [...READ_AND_WRITE, 'BatchWriteItem'],
    }),
  };
};
