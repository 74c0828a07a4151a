// The settings of a deployment to come, read as the CDK app reads them: cdk.json, and what is given beside it.

import { readFileSync } from 'node:fs';
import type { Config } from '../../../lib/config.ts';
import { rootPath } from '../../local/root-path.ts';
import { OperatorError, UsageError } from '../operator-error.ts';

/** `given`: `key=value` as after `cdk deploy -c`. Throws a sentence about a wrong setting. */
export const readSettings = async (given: readonly string[], stack: string | undefined): Promise<Config> => {
  const { readConfig, SettingError } = await import('../../../lib/config.ts');
  const { context } = JSON.parse(readFileSync(rootPath('cdk.json'), 'utf8'));
  if (stack?.includes('.')) {
    throw new UsageError(
      `${stack} is an endpoint in a stack of yours, whose settings are in your app: give them with -c, and --stack with the name of the stack alone.`,
    );
  }
  const named = stack === undefined ? {} : { 'scim:stackName': stack };
  try {
    return readConfig({ ...context, ...Object.fromEntries(given.map(keyAndValue)), ...named });
  } catch (error) {
    if (error instanceof SettingError) throw new OperatorError(error.message);
    throw error;
  }
};

const keyAndValue = (text: string): readonly [string, string] => {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`A setting is given as -c key=value, such as -c scim:stackName=Scim, not "${text}".`);
};
