// Separates AWS's own errors, which pass, from errors of the request itself, which stay. The one file with the error names of AWS.

/** Throttling and conflicts; the SDK has retried these by then. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** Codes of a service that is throttling, failing, missing or denying access: it would fail any request alike. */
const OF_THE_SERVICE =
  /Throttl|TooManyRequests|SlowDown|LimitExceeded|Internal|Unavailable|Timeout|AccessDenied|NotFound|NoSuchBucket|^KMS|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|RequestExpired|CredentialsProvider/;

/** `ItemCollectionSizeLimitExceededException` matches LimitExceeded, but is the fault of the request. */
const OF_THE_REQUEST = /^ItemCollection/;

/** Cancellation reasons of transactions that are caused by other transactions or by throttling. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'TransactionInProgress',
]);

/** Node.js error codes of a connection that failed, broke or timed out. */
const OF_THE_NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOST|ENET)/;

/** Names that the SDK and Node.js give to an attempt that timed out. */
const TIMED_OUT = new Set(['TimeoutError', 'AbortError']);

/**
 * Whether `error` is transient: the service throttles, fails or does not answer, the network fails, or another transaction
 * holds an item. The SDK has already retried the call.
 */
export const isTransient = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, cause, $metadata, $retryable, $fault, CancellationReasons } = error as AwsError;
  return (
    THROTTLED.has(String(name)) ||
    TIMED_OUT.has(String(name)) ||
    $retryable !== undefined ||
    $fault === 'server' ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    OF_THE_NETWORK.test(String(code)) ||
    (CancellationReasons ?? []).some(({ Code = '' }) => TRANSIENT_REASONS.has(Code)) ||
    isTransient(cause)
  );
};

/** The properties by which exceptions of the SDK and errors of Node.js are told apart. */
interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
  readonly $fault?: unknown;
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/** Whether this error code blames the service rather than the request. */
export const isCodeOfService = (code: string): boolean =>
  OF_THE_SERVICE.test(code) && !OF_THE_REQUEST.test(code);

/**
 * Whether AWS is at fault: a service is throttling, down, failing or denying access, or the network is failing. The same
 * request may succeed later; after any other error it would fail again.
 */
export const isErrorOfAws = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { name, cause } = error as AwsError;
  return isTransient(error) || isCodeOfService(String(name)) || isErrorOfAws(cause);
};
