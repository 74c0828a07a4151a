// The concurrent executions of the account in the region: with too few, the authorizer's reservation fails the deployment.

import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Config } from '../../../lib/settings/config.ts';
import { type Check, type Finding, fail, look, ok, warn } from './check.ts';

/** Lambda always keeps this many for functions without a reservation. */
const LEFT_UNRESERVED = 100;

/** Compares the account's concurrency with what the authorizer reserves. */
export const lookAtConcurrency = (
  { authorizerConcurrency }: Pick<Config, 'authorizerConcurrency'>,
  stackExists: boolean,
): Promise<Check> =>
  look('concurrency', 'lambda:GetAccountSettings', async () => {
    const { AccountLimit } = await new LambdaClient({}).send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: all = 0, UnreservedConcurrentExecutions: unreserved = 0 } =
      AccountLimit ?? {};
    return judge(all, unreserved, authorizerConcurrency, stackExists);
  });

const judge = (all: number, unreserved: number, reserve: number, stackExists: boolean): Finding => {
  const raise = 'ask for more in Service Quotas (Lambda, Concurrent executions)';
  if (reserve === 0) {
    return all < LEFT_UNRESERVED
      ? warn(
          `${all} functions may run at once, which is enough for a trial: ${raise} before customers arrive.`,
        )
      : ok(`${unreserved} functions may run at once, and none is reserved.`);
  }
  const needed = reserve + LEFT_UNRESERVED;
  if (unreserved >= needed) return ok(`${unreserved} functions may run at once; ${needed} are needed.`);
  const short =
    `${unreserved} of ${all} concurrent executions are unreserved; ${reserve} for the authorizer ` +
    `(scim:authorizerConcurrency) need ${needed}`;
  // Unreserved executions do not include what the stack itself has reserved.
  if (stackExists) return warn(`${short} if none of them is reserved yet: before you raise it, ${raise}.`);
  return fail(`${short}: set -c scim:smallAccount=true, or ${raise}.`);
};
