// The synthesized CloudFormation template, with references resolved as in a deployment.

import type { Template } from '../../../lib/scim-app.ts';
import { ACCOUNT_ID, localCredentials } from '../../shared/local-credentials.ts';
import { isRecord } from '../is-record.ts';

/** The properties of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

/** The name of the local table, to which references to the stack's table resolve. */
export const TABLE_NAME = 'scim-directory';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT_ID,
  'AWS::Partition': 'aws',
  'AWS::Region': localCredentials.AWS_REGION,
  'AWS::StackName': 'local',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The resources of a type by logical id, with resolved properties. */
export const resourcesOfType = (template: Template, type: string): Map<string, Properties> =>
  new Map(
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, { Properties = {} }]) => [id, resolve(template, Properties) as Properties]),
  );

/** The outputs of the stack by name, resolved. */
export const outputsOf = (template: Template): Record<string, string> =>
  Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolve(template, Value))]),
  );

/**
 * `value` with Ref, Fn::GetAtt, Fn::Join and Fn::Sub resolved; other functions are left as they are, because a local run does not
 * read those parts of the template.
 */
const resolve = (template: Template, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolve(template, item));
  if (!isRecord(value)) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (name === 'Ref') return reference(template, String(argument));
    if (name === 'Fn::GetAtt') return attribute(template, argument);
    if (name === 'Fn::Join') return join(resolve(template, argument));
    if (name === 'Fn::Sub') return substitute(template, argument);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(template, item)]));
};

/**
 * The Ref of a table is its name, and that of a secret its ARN, here without the random suffix. For other resources the logical id
 * serves as the generated name; bucket names are in lower case.
 */
const reference = (template: Template, id: string): string => {
  const { Type = '', Properties } = template.Resources[id] ?? {};
  if (Type === 'AWS::SecretsManager::Secret') {
    const region = localCredentials.AWS_REGION;
    return `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${Properties?.Name ?? id}`;
  }
  if (Type === 'AWS::S3::Bucket') return id.toLowerCase();
  return pseudoParameters[id] ?? (isTable(template, id) ? TABLE_NAME : id);
};

const attribute = (template: Template, argument: unknown): string => {
  const [id = '', name = ''] = Array.isArray(argument) ? argument : String(argument).split('.');
  return name === 'Arn' ? arnOf(template, id) : `${id}.${name}`;
};

const arnOf = (template: Template, id: string): string => {
  const region = localCredentials.AWS_REGION;
  if (isTable(template, id)) return `arn:aws:dynamodb:${region}:${ACCOUNT_ID}:table/${TABLE_NAME}`;
  const type = template.Resources[id]?.Type.split('::') ?? [];
  return `arn:aws:${type[1]?.toLowerCase()}:${region}:${ACCOUNT_ID}:${type[2]?.toLowerCase()}:${id}`;
};

const isTable = (template: Template, id: string): boolean =>
  /^AWS::DynamoDB::(Global)?Table$/.test(template.Resources[id]?.Type ?? '');

const join = (argument: unknown): string => {
  const [separator, parts] = argument as [string, unknown[]];
  return parts.map(String).join(separator);
};

const substitute = (template: Template, argument: unknown): string => {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return String(text).replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
    if (Object.hasOwn(variables, name)) return String(resolve(template, variables[name]));
    return name.includes('.') ? attribute(template, name) : reference(template, name);
  });
};
