// What every answer must be, whatever was asked. A fault is named by the check and by the place, never by a value, so that
// one root cause has one name.

import type { RawAnswer } from './door.ts';
import { bodyTextOf, type FuzzRequest } from './request.ts';
import { shapeFaults } from './shape.ts';
import type { WireType } from './wire-types.ts';

export const SLOW_MS = 3_000;

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** RFC 7644 §3.12 and RFC 9865 §2. */
const SCIM_TYPES = new Set([
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
  'invalidCursor',
  'expiredCursor',
  'invalidCount',
]);

type Message = Readonly<Record<string, unknown>>;

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const readMessage = (text: string): Message | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const isSuccess = ({ status }: RawAnswer) => status >= 200 && status < 300;

const segmentsOf = ({ path }: FuzzRequest) => path.split('/').filter((segment) => segment !== '');

/** There is no person behind a token: 501 is the RFC's own answer (RFC 7644 §3.11). */
const isMe = (request: FuzzRequest) => segmentsOf(request)[0]?.toLowerCase() === 'me';

/** The first fault of the answer, or undefined. */
export const judge = (
  request: FuzzRequest,
  answer: RawAnswer,
  types: readonly WireType[],
): string | undefined => {
  const { status, headers, text } = answer;
  if (status >= 500 && !(status === 501 && isMe(request))) return `status ${status}`;
  if (answer.milliseconds > SLOW_MS) return `slower than ${SLOW_MS} ms`;
  for (const [name, value] of Object.entries(headers))
    if (!/^[\t\x20-\x7e]*$/.test(value)) return `header ${name} is not ASCII`;
  if (status === 405 && !headers.allow) return '405 without Allow';
  if (request.method === 'HEAD') return text === '' ? undefined : 'HEAD with a body';
  if (!text.isWellFormed()) return 'the answer is not well-formed Unicode';
  if (status === 204 || status === 304) return text === '' ? undefined : `${status} with a body`;
  if (text === '') return `${status} without a body`;
  const message = readMessage(text);
  if (!message) return 'the answer is no JSON object';
  if (!/^application\/(scim\+)?json(;|$)/.test(headers['content-type'] ?? ''))
    return 'Content-Type is not JSON';
  if (status >= 400) return refusalFault(message, String(status));
  return acceptedWrongly(request) ?? contentFault(request, message, types);
};

const refusalFault = (message: Message, status: string): string | undefined => {
  const { schemas, detail, scimType } = message;
  if (!Array.isArray(schemas) || schemas.length !== 1 || schemas[0] !== ERROR)
    return 'a refusal without the schema of errors';
  if (message.status !== status) return 'a refusal with another status in its body';
  if (typeof detail !== 'string' || detail.length < 10) return 'a refusal without detail';
  if (scimType === undefined ? status === '400' : !SCIM_TYPES.has(String(scimType)))
    return 'a refusal without a known scimType';
  return undefined;
};

/** A body that says by its header that it is not UTF-8 must not be read as if it were. */
const acceptedWrongly = (request: FuzzRequest): string | undefined => {
  if (!bodyTextOf(request) || !['POST', 'PUT', 'PATCH'].includes(request.method)) return undefined;
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const charset = /;\s*charset="?([^";\s]+)/i.exec(headers.get('content-type') ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') return 'another charset is taken for UTF-8';
  const encoding = headers.get('content-encoding') ?? '';
  return ['', 'identity'].includes(encoding.toLowerCase())
    ? undefined
    : 'an encoded body is taken for plain text';
};

/** Whether the client asked for a part of each resource. */
export const isProjected = (request: FuzzRequest): boolean =>
  request.query.some(([name]) => /attributes/i.test(name)) ||
  (/\.search/i.test(decodeSafely(request.path)) && /attributes/i.test(bodyTextOf(request) ?? ''));

const decodeSafely = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const DESCRIPTIONS = ['schemas', 'resourcetypes', 'serviceproviderconfig'];

const contentFault = (
  request: FuzzRequest,
  message: Message,
  types: readonly WireType[],
): string | undefined => {
  const [collection = ''] = segmentsOf(request).map((segment) => decodeSafely(segment).toLowerCase());
  if (DESCRIPTIONS.includes(collection)) return undefined;
  const isWhole = !isProjected(request);
  if (Array.isArray(message.Operations)) return bulkFault(message.Operations);
  if (!('totalResults' in message)) return shapeFaults(message, types, isWhole)[0];
  const { totalResults, Resources = [] } = message;
  if (!Number.isInteger(totalResults)) return 'totalResults is no number';
  if (!Array.isArray(Resources)) return 'Resources is no list';
  if (Number(totalResults) < Resources.length) return 'totalResults is less than there are Resources';
  return Resources.flatMap((resource) => shapeFaults(resource, types, isWhole))[0];
};

const bulkFault = (operations: readonly unknown[]): string | undefined => {
  for (const operation of operations) {
    if (!isMessage(operation) || typeof operation.status !== 'string')
      return 'a bulk operation without status';
    if (operation.status >= '500') return `a bulk operation of status ${operation.status}`;
    if (operation.status < '400') continue;
    const fault = isMessage(operation.response)
      ? refusalFault(operation.response, operation.status)
      : 'no response';
    if (fault) return `bulk: ${fault}`;
  }
  return undefined;
};
