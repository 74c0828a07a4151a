// Tells AWS's errors, which pass, from those of the request itself, which stay. The one file with the error names of AWS.

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

/** Whether an SDK exception marks itself as transient: throttled, retryable, or a server fault. */
export const isTransient = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  return (
    ('name' in error && THROTTLED.has(String(error.name))) ||
    ('$retryable' in error && error.$retryable !== undefined) ||
    ('$fault' in error && error.$fault === 'server')
  );
};

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

/** Whether this error code blames the service rather than the request. */
export const isCodeOfService = (code: string): boolean =>
  OF_THE_SERVICE.test(code) && !OF_THE_REQUEST.test(code);

/**
 * Whether AWS is at fault: a service is throttling, down, failing or denying access, or the network is failing. The same
 * request may succeed later; after any other error it would fail again.
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
