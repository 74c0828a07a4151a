// Whose fault an error is: that of AWS, which passes, or of what was asked, which stays. The one place that knows the names
// under which the services of AWS say so.

/** What AWS calls a request that comes too fast, or meets another; the SDK has repeated it by then. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** What AWS SDK exceptions say of themselves: throttled, or failed on the server's side. */
export const isTransient = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  return (
    ('name' in error && THROTTLED.has(String(error.name))) ||
    ('$retryable' in error && error.$retryable !== undefined) ||
    ('$fault' in error && error.$fault === 'server')
  );
};

/**
 * Codes of a service that is slow, failing, or does not let us in. A service that is gone or refuses us is wrong about
 * every request alike, whatever is in it.
 */
const OF_THE_SERVICE =
  /Throttl|TooManyRequests|SlowDown|LimitExceeded|Internal|Unavailable|Timeout|AccessDenied|NotFound|NoSuchBucket|^KMS|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|RequestExpired|CredentialsProvider/;

/** `ItemCollectionSizeLimitExceededException` says LimitExceeded, but it is the items that are too many. */
const OF_THE_REQUEST = /^ItemCollection/;

/** Why an item of a transaction failed, where another transaction or the table's own speed is why. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'TransactionInProgress',
]);

/** Node's codes of a connection that was not made, broke or took too long. */
const OF_THE_NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOST|ENET)/;

/** Whether a service that gave this code is at fault itself, and not what it was sent. */
export const isCodeOfService = (code: string): boolean =>
  OF_THE_SERVICE.test(code) && !OF_THE_REQUEST.test(code);

/**
 * Whether `error` is AWS's own: the service is throttling, away, failing or refusing us, or the network is. The same
 * request may succeed later. Anything else fails again, however often it is tried.
 */
export const isErrorOfAws = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, cause, $metadata, CancellationReasons } = error as Readonly<Record<string, unknown>>;
  const status = ($metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode ?? 0;
  const reasons = (CancellationReasons ?? []) as readonly { readonly Code?: string }[];
  return (
    isTransient(error) ||
    status >= 500 ||
    isCodeOfService(String(name)) ||
    OF_THE_NETWORK.test(String(code)) ||
    reasons.some(({ Code = '' }) => TRANSIENT_REASONS.has(Code)) ||
    isErrorOfAws(cause)
  );
};
