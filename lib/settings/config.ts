// Reads the settings of scim-endpoint-props.ts from the CDK context (`-c scim:<setting>=<value>` or cdk.json) or from the
// properties of a construct. A setting that cannot be used ends the synthesis with one sentence.

import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as v from 'valibot';
import { domainEntries, type Settings, settingsSchema } from './schema.ts';
import type { ScimDomain, ScimEndpointProps } from './scim-endpoint-props.ts';
import { SettingError } from './setting-error.ts';

export { SettingError };

const PREFIX = 'scim:';

/** The settings of a stack with the defaults filled in. */
export type StackSettings = Readonly<Settings>;

/** The settings of one deployment with the defaults filled in. */
export interface Config
  extends Readonly<
    Omit<Settings, 'stackName' | 'secretPrefix' | 'authorizerConcurrency' | 'domains' | keyof ScimDomain>
  > {
  /** The name of the deployment, and of every resource with a physical name. */
  readonly name: string;
  /** Undefined if `customerManagedKey` is false, and until the key is created. */
  readonly encryptionKey?: IKey | undefined;
  /** Tokens are the secrets `<secretPrefix>/<tenant>.<incarnation>/token`. */
  readonly secretPrefix: string;
  /** Reserved for the authorizer; 0 reserves none. */
  readonly authorizerConcurrency: number;
  /** Empty for none. Tenant URLs start with the first. */
  readonly domains: readonly ScimDomain[];
}

/** What every construct of a deployment is given. */
export interface PartProps {
  /** The settings of the deployment. */
  readonly config: Config;
}

/**
 * The name of a deployment, unique in its account and region. `endpoint` is the id of an endpoint that is part of a stack; the
 * name of a stack contains no `_`.
 */
export const deploymentName = (stackName: string, endpoint = ''): string =>
  [stackName, endpoint].filter(Boolean).join('_');

/** Reads the settings from a CDK context; throws a `SettingError`. */
export const readSettings = (context: Readonly<Record<string, unknown>> = {}): StackSettings => {
  const ours = Object.entries(context).filter(([key]) => key.startsWith(PREFIX));
  const given = Object.fromEntries(ours.map(([key, value]) => [key.slice(PREFIX.length), value]));
  return parse(given);
};

/** The settings with the defaults filled in, for a deployment of this name; throws a `SettingError`. */
export const configOf = (given: ScimEndpointProps, name: string): Config => {
  const { stackName, domains, domainName, certificateArn, hostedZoneId, ...config } = parse(given);
  return {
    ...config,
    name,
    secretPrefix: config.secretPrefix ?? name.toLowerCase(),
    authorizerConcurrency: config.authorizerConcurrency ?? (config.smallAccount ? 0 : 20),
    domains: domainsOf(domains, { domainName, certificateArn, hostedZoneId }),
  };
};

const parse = (given: unknown): Settings => {
  const result = v.safeParse(settingsSchema, given, { abortEarly: true });
  if (!result.success) throw new SettingError(describe(result.issues[0]));
  return result.output;
};

const domainsOf = (
  domains: readonly ScimDomain[] | undefined,
  { domainName, certificateArn, hostedZoneId }: Partial<ScimDomain>,
): readonly ScimDomain[] => {
  const isShort = Boolean(domainName || certificateArn || hostedZoneId);
  if (domains && isShort) {
    throw new SettingError(
      `The settings ${PREFIX}domainName, ${PREFIX}certificateArn and ${PREFIX}hostedZoneId are the short form for a single domain and cannot be combined with ${PREFIX}domains.`,
    );
  }
  const names = domains?.map((domain) => domain.domainName) ?? [];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new SettingError(`The setting ${PREFIX}domains contains ${repeated} twice.`);
  if (!isShort) return domains ?? [];
  if (domainName && certificateArn) return [{ domainName, certificateArn, hostedZoneId }];
  throw new SettingError(
    `The settings ${PREFIX}domainName and ${PREFIX}certificateArn must be given together.`,
  );
};

const describe = (issue: v.InferIssue<typeof settingsSchema>) => {
  const name = v.getDotPath(issue);
  if (issue.type !== 'strict_object') {
    return `The setting ${PREFIX}${name} ${issue.message}, not ${JSON.stringify(issue.input)}.`;
  }
  if (issue.expected !== 'never') return `The setting ${PREFIX}${name} must be given.`;
  const known = issue.path?.length === 1 ? settingsSchema.entries : domainEntries;
  return `There is no setting ${PREFIX}${name}; the settings are ${Object.keys(known).join(', ')}.`;
};
