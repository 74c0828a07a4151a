// Checks the account, with the terminal's credentials, for anything that would make a deployment fail or harm the account's
// other APIs. It changes nothing.

import type { Config } from '../../../lib/settings/config.ts';
import { type Answer, table } from '../command/answer.ts';
import { lookAtApiKeys } from './api-keys.ts';
import { lookAtCertificate } from './certificates.ts';
import type { Check, Outcome } from './check.ts';
import { lookAtConcurrency } from './concurrency.ts';
import { lookAtGatewayAccount } from './gateway-account.ts';
import { lookAtDomain, lookAtEventBus, lookAtSecrets, lookAtStandInKey, lookAtTables } from './names.ts';
import { lookAtRegions } from './regions.ts';
import type { Planned } from './settings.ts';
import { lookAtStack } from './stack.ts';
import { lookAtThrottleKeys } from './throttle-keys.ts';

/** Runs all checks; the exit code is 1 when one fails. */
export const checkAccount = async ({ config, stackName, endpoint }: Planned): Promise<Answer> => {
  const { check: stack, exists } = await lookAtStack(stackName, endpoint);
  const tables = `${stackName}-${endpoint ?? ''}Directory`;
  const { domains } = config;
  const checks = [
    stack,
    ...(await Promise.all([
      lookAtConcurrency(config, exists),
      lookAtGatewayAccount(config, exists),
      lookAtRegions(config),
      ...(domains.length > 0 ? domains.map(lookAtCertificate) : [noDomain]),
      // When the stack exists, these names belong to it.
      ...(exists
        ? []
        : namesOf(
            config,
            tables,
            domains.map(({ domainName }) => domainName),
          )),
      ...(config.tenantRequestsPerSecond > 0 ? [lookAtApiKeys()] : []),
      ...(exists ? lookAtThrottleKeys(config, [stackName, endpoint].filter(Boolean).join('.')) : []),
    ])),
  ].flat();
  const failed = checks.some(({ outcome }) => outcome === 'fail');
  return {
    json: { stack: config.name, checks },
    text: `${table(checks.map(({ name, outcome, what }) => [outcome, name, what]))}\n\n${sum(checks)}`,
    ...(failed && { exitCode: 1 as const }),
  };
};

const namesOf = ({ name, secretPrefix }: Config, tables: string, domainNames: readonly string[]) => [
  lookAtEventBus(name),
  lookAtSecrets(secretPrefix),
  lookAtStandInKey(secretPrefix),
  lookAtTables(tables),
  ...domainNames.map(lookAtDomain),
];

const noDomain: Check = {
  name: 'domain',
  outcome: 'warn',
  what:
    'No domain is set: Tenant URLs are tied to this API, and customers have to paste a new one to move to another. Set it ' +
    'before the first customer (docs/operating.md, "Custom domain first").',
};

const sum = (checks: readonly Check[]): string => {
  const count = (wanted: Outcome) => checks.filter(({ outcome }) => outcome === wanted).length;
  if (count('fail') > 0) return 'Not ready: fix what fails, then run this again.';
  return count('unknown') > 0
    ? 'Nothing that could be checked is in the way; what is unknown could not be checked.'
    : 'Ready: run `npx cdk deploy` with the same settings.';
};
