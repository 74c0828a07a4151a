// The settings of a planned deployment, read as the CDK app reads them: from cdk.json and the -c options.

import { readFileSync } from 'node:fs';
import type { Config } from '../../../lib/settings/config.ts';
import { rootPath } from '../../shared/root-path.ts';
import { OperatorError, UsageError } from '../errors/operator-error.ts';

/** A planned deployment: its settings, its stack, and the id of the endpoint when the stack belongs to another app. */
export interface Planned {
  readonly config: Config;
  readonly stackName: string;
  /** Undefined for the stack of this repository's own app. */
  readonly endpoint: string | undefined;
}

/**
 * `given`: `key=value` as after `cdk deploy -c`; `stack`: `Scim`, or `Product.Scim` as for every command. Throws an
 * `OperatorError` about a wrong setting.
 */
export const readSettings = async (given: readonly string[], stack: string | undefined): Promise<Planned> => {
  const {
    configOf,
    deploymentName,
    readSettings: read,
    SettingError,
  } = await import('../../../lib/settings/config.ts');
  const [named, endpoint] = stack?.split('.') ?? [];
  // Another app has its own settings and stack name, so cdk.json does not apply.
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
  throw new UsageError(`Pass a setting as -c key=value, such as -c scim:stackName=Scim, not "${text}".`);
};
