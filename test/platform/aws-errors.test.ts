// Which errors are AWS's, so that the stream waits, and which are not, so that a change is set aside in the end.

import { describe, expect, test } from '@jest/globals';
import { isErrorOfAws, isTransient } from '../../lambdas/platform/aws-errors.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error('No.'), { name, ...more });
const client = { $fault: 'client', $metadata: { httpStatusCode: 400 } };

describe('an error of AWS', () => {
  test.each([
    ['ThrottlingException', client],
    ['ProvisionedThroughputExceededException', client],
    ['RequestLimitExceeded', client],
    ['TransactionInProgressException', client],
    ['LimitExceededException', client],
    ['InternalServerError', { $fault: 'server', $metadata: { httpStatusCode: 500 } }],
    ['InternalServiceError', {}],
    ['ServiceUnavailable', client],
    ['SlowDown', { $metadata: { httpStatusCode: 503 } }],
    ['SyntaxError', { $metadata: { httpStatusCode: 502 } }],
    ['ResourceNotFoundException', client],
    ['NoSuchBucket', client],
    ['AccessDeniedException', client],
    ['AccessDenied', { $metadata: { httpStatusCode: 403 } }],
    ['KMSAccessDeniedException', client],
    ['KMSInvalidStateException', client],
    ['ExpiredTokenException', client],
    ['UnrecognizedClientException', client],
    ['TimeoutError', {}],
    ['TableBusyError', { $retryable: {} }],
    [
      'TransactionCanceledException',
      { ...client, CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }] },
    ],
    ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH'].map(
      (code): [string, object] => ['Error', { code }],
    ),
    ['Error', { cause: named('ThrottlingException', client) }],
  ])('is %s %j', (name, more) => {
    expect(isErrorOfAws(named(name, more))).toBe(true);
  });
});

describe('an error of ours', () => {
  test.each([
    ['TypeError', {}],
    ['RangeError', {}],
    ['ValiError', {}],
    ['Error', { code: 'ERR_INVALID_ARG_TYPE' }],
    ['ValidationException', client],
    ['SerializationException', client],
    ['ConditionalCheckFailedException', client],
    ['ItemCollectionSizeLimitExceededException', client],
    ['TransactionCanceledException', { ...client, CancellationReasons: [{ Code: 'ValidationError' }] }],
    ['Error', { cause: named('TypeError') }],
  ])('is %s %j', (name, more) => {
    expect(isErrorOfAws(named(name, more))).toBe(false);
    expect(isTransient(named(name, more))).toBe(false);
  });

  test.each([undefined, null, 'ThrottlingException', 500])('is %j, whatever was thrown there', (thrown) => {
    expect(isErrorOfAws(thrown)).toBe(false);
  });
});
