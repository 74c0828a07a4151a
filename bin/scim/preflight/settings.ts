// The settings of a deployment to come, read as the CDK app reads them: cdk.json, and what is given beside it.

import { readFileSync } from 'node:fs';
import type { Config } from '../../../lib/config.ts';
import { rootPath } from '../../local/root-path.ts';
import { OperatorError, UsageError } from '../command/operator-error.ts';

/** A deployment to come, and where: the stack, and the id of the endpoint where it is part of somebody's stack. */
export interface Planned {
  readonly config: Config;
  readonly stackName: string;
  readonly endpoint: string | undefined;
}

/**
 * `given`: `key=value` as after `cdk deploy -c`; `stack`: `Scim`, or `Product.Scim` as for every command. Throws a sentence
 * about a wrong setting.
 */
export const readSettings = async (given: readonly string[], stack: string | undefined): Promise<Planned> => {
  const {
    configOf,
    deploymentName,
    readSettings: read,
    SettingError,
  } = await import('../../../lib/config.ts');
  const [named, endpoint] = stack?.split('.') ?? [];
  // An app of somebody else has settings of its own, and its stack has a name of its own.
  const context =
    endpoint === undefined ? JSON.parse(readFileSync(rootPath('cdk.json'), 'utf8')).context : {};
  const stacks = named === undefined ? {} : { 'scim:stackName': named };
  try {
    const { stackName, ...settings } = read({
      ...context,
      ...Object.fromEntries(given.map(keyAndValue)),
      ...stacks,
    });
    return { config: configOf(settings, deploymentName(stackName, endpoint)), stackName, endpoint };
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
