// S3 on this machine, with the calls that the functions and the operator's commands make: small objects are put, read, listed and
// deleted. The real client names the bucket in the path when the address is an IP address. Start here.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../process/listen.ts';
import { requestUrl } from '../request-url.ts';
import { type ObjectFolder, openObjectFolder } from './object-folder.ts';

/** The running emulator. */
export interface S3 {
  readonly endpoint: string;
  readonly stop: Listening['stop'];
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly type?: string;
}

interface Call {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Amazon S3 User Guide, "Naming Amazon S3 objects" and "General purpose bucket naming rules". */
const MAX_KEY_BYTES = 1024;
const BUCKET_NAME = /^(?!\d+(\.\d+){3}$)[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;

/** At most this many keys per page. */
const PAGE_SIZE = 1000;

/** Starts on a free port of 127.0.0.1; every bucket exists. With `folder` (a path) the objects are kept there. */
export const startS3 = async (folder?: string): Promise<S3> => {
  const objects = openObjectFolder(folder);
  const server = createServer(async (request, response) => {
    const {
      status,
      body = '',
      type = 'application/xml',
    } = await answer(request, objects).catch(() =>
      failed(500, 'InternalError', 'See the output of the local run.'),
    );
    response.writeHead(status, {
      ...(body !== '' && { 'Content-Type': type }),
      'x-amz-request-id': randomUUID(),
    });
    response.end(body);
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

const answer = async (request: IncomingMessage, objects: ObjectFolder): Promise<Answer> => {
  const { pathname, searchParams: query } = requestUrl(request.url);
  const [bucket = '', ...parts] = pathname.slice(1).split('/').map(decodeURIComponent);
  const call: Call = { bucket, key: parts.join('/'), query, body: await text(request) };
  if (Buffer.byteLength(call.key) > MAX_KEY_BYTES)
    return failed(400, 'KeyTooLongError', 'Your key is too long.');
  if (!BUCKET_NAME.test(bucket))
    return failed(400, 'InvalidBucketName', 'The specified bucket is not valid.');
  const operation = operations[`${request.method} ${call.key === '' ? 'bucket' : 'object'}`];
  return operation
    ? operation(objects, call)
    : failed(501, 'NotImplemented', `${request.method} ${pathname} is not supported here.`);
};

const operations: Readonly<Record<string, (objects: ObjectFolder, call: Call) => Answer>> = {
  'PUT object': (objects, { bucket, key, body }) => {
    objects.put(bucket, key, body);
    return { status: 200 };
  },
  'GET object': (objects, { bucket, key }) => {
    const body = objects.get(bucket, key);
    return body === undefined
      ? failed(404, 'NoSuchKey', 'The specified key does not exist.')
      : { status: 200, body, type: 'application/json' };
  },
  'DELETE object': (objects, { bucket, key }) => {
    objects.remove(bucket, key);
    return { status: 204 };
  },
  'GET bucket': (objects, { bucket, query }) => {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const found = objects.keys(bucket).filter((key) => key.startsWith(prefix) && key > after);
    return { status: 200, body: listOf(found.slice(0, PAGE_SIZE), found.length > PAGE_SIZE) };
  },
};

const listOf = (keys: readonly string[], isTruncated: boolean): string =>
  [
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<KeyCount>${keys.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextContinuationToken>${escaped(keys.at(-1) ?? '')}</NextContinuationToken>` : '',
    ...keys.map((key) => `<Contents><Key>${escaped(key)}</Key></Contents>`),
    '</ListBucketResult>',
  ].join('');

const failed = (status: number, code: string, message: string): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
});

const escaped = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
