// Evaluates the policy that an authorizer returned.

import * as v from 'valibot';

const oneOrMore = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const statement = v.object({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
});

/** What an authorizer must return; the gateway answers anything else with AUTHORIZER_CONFIGURATION_ERROR. */
export const authorizerResult = v.object({
  principalId: v.string(),
  policyDocument: v.object({ Statement: v.array(statement) }),
  /** The API key that the request is throttled by. */
  usageIdentifierKey: v.optional(v.string()),
  // The gateway passes every value to the function as text, and refuses objects and lists.
  context: v.optional(
    v.record(v.string(), v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String))),
    {},
  ),
});

/** The result of an authorizer, with single actions and resources as lists. */
export type AuthorizerResult = v.InferOutput<typeof authorizerResult>;

/** In bytes (API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer"). */
const MAX_CACHED_POLICY_BYTES = 8192;

/** Whether the gateway would not take the policy, because it is too large to be cached. */
export const isTooLarge = ({ policyDocument }: AuthorizerResult): boolean =>
  Buffer.byteLength(JSON.stringify(policyDocument)) > MAX_CACHED_POLICY_BYTES;

/** Whether a statement allows the method and none denies it, as in IAM. */
export const isAllowed = ({ policyDocument }: AuthorizerResult, methodArn: string): boolean => {
  const effects = policyDocument.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((action) => matches(action.toLowerCase(), 'execute-api:invoke')) &&
      Resource.some((resource) => matches(resource, methodArn)),
  ).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
};

/** `*` is any text, slashes included, and `?` any one character. */
const matches = (pattern: string, text: string): boolean => {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
};
