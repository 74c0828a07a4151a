// Errors that are not bugs, as one sentence that says what to do.

const expired =
  'The AWS session is not valid or has expired: sign in again, for example with `aws sso login`.';

/** By the names of the SDK's errors about the session. */
const sentences: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'There are no AWS credentials: sign in, for example with `aws sso login`, or set AWS_PROFILE.',
  TokenProviderError: expired,
  ExpiredToken: expired,
  RequestExpired: expired,
  ExpiredTokenException: expired,
  InvalidClientTokenId: expired,
  InvalidSignatureException: expired,
  SignatureDoesNotMatch: expired,
  UnrecognizedClientException: expired,
};

/** Whether the session lacks a permission, which does not mean that anything else is wrong. */
export const accessDenied = (error: unknown): boolean =>
  error instanceof Error && /^AccessDenied|^UnauthorizedOperation$/.test(error.name);

const isUnreachable = (error: Error) =>
  error.name === 'TimeoutError' ||
  ('code' in error && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN'].includes(String(error.code)));

/** Names of errors whose messages are written for operators. */
const forOperators = [
  'OperatorError',
  'UsageError',
  'TenantError',
  'TokenError',
  'SchemaError',
  'WebhookError',
  'ResyncError',
];

/** The sentence for `error`, or undefined for an unexpected one. */
export const sentenceFor = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (forOperators.includes(error.name)) return error.message;
  if (Object.hasOwn(sentences, error.name)) return sentences[error.name];
  if (error.message === 'Region is missing')
    return 'No AWS region is set: set AWS_REGION, or a profile that has one.';
  if (accessDenied(error)) return `Your AWS session is not allowed to do this: ${error.message}`;
  if (error.name === 'InvalidRequestException') return `AWS cannot do this at the moment: ${error.message}`;
  if (isUnreachable(error)) return `The deployment cannot be reached: ${error.message}`;
  return undefined;
};
