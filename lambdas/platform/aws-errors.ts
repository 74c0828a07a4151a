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

/** The SDK's and Node's names of an attempt that was given up because there was no answer in time. */
const OUT_OF_TIME = new Set(['TimeoutError', 'AbortError']);

/**
 * Whether `error` passes by itself: the service throttles, fails or does not answer, the network does not carry, or another
 * transaction holds an item. The SDK has repeated the call by then.
 */
export const isTransient = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, cause, $metadata, $retryable, $fault, CancellationReasons } = error as AwsError;
  return (
    THROTTLED.has(String(name)) ||
    OUT_OF_TIME.has(String(name)) ||
    $retryable !== undefined ||
    $fault === 'server' ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    OF_THE_NETWORK.test(String(code)) ||
    (CancellationReasons ?? []).some(({ Code = '' }) => TRANSIENT_REASONS.has(Code)) ||
    isTransient(cause)
  );
};

/** What exceptions of the SDK and errors of Node say of themselves. */
interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
  readonly $fault?: unknown;
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/** Whether a service that gave this code is at fault itself, and not what it was sent. */
export const isCodeOfService = (code: string): boolean =>
  OF_THE_SERVICE.test(code) && !OF_THE_REQUEST.test(code);

/**
 * Whether `error` is AWS's own: the service is throttling, away, failing or refusing us, or the network is. The same
 * request may succeed later. Anything else fails again, however often it is tried.
 */
export const isErrorOfAws = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { name, cause } = error as AwsError;
  return isTransient(error) || isCodeOfService(String(name)) || isErrorOfAws(cause);
};
