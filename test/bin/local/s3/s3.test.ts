// The local S3, by the real client: what is put is there, in order and page by page, until it is deleted.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type S3, startS3 } from '../../../../bin/local/s3/s3.ts';

const Bucket = 'failed-changes';
const folder = join(mkdtempSync(join(tmpdir(), 'scim-s3-')), 'objects');
let s3: S3;
let client: S3Client;

const start = async () => {
  s3 = await startS3(folder);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new S3Client({ endpoint: s3.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
};
beforeEach(start);
afterEach(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true, force: true });
});

const put = (Key: string, Body = Key) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = async (Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const list = (Prefix?: string, ContinuationToken?: string) =>
  client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
const keysOf = ({ Contents = [] }: Awaited<ReturnType<typeof list>>) => Contents.map(({ Key }) => Key);

test('an object is as it was put last, in its own bucket, until it is deleted', async () => {
  await put('tenant/acme.t1a2b3/1.json', 'first');
  await put('tenant/acme.t1a2b3/1.json', '{"name":"Änne <&>"}');
  expect(await get('tenant/acme.t1a2b3/1.json')).toBe('{"name":"Änne <&>"}');
  await expect(
    client.send(new GetObjectCommand({ Bucket: 'another', Key: 'tenant/acme.t1a2b3/1.json' })),
  ).rejects.toMatchObject({ name: 'NoSuchKey' });
  for (let time = 0; time < 2; time++) {
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'tenant/acme.t1a2b3/1.json' }));
  }
  await expect(get('tenant/acme.t1a2b3/1.json')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('a list is of a prefix, in the order of the keys, a thousand a page', async () => {
  const keys = Array.from({ length: 1_001 }, (_, n) => `a/${String(n).padStart(4, '0')}`);
  await Promise.all([...keys, 'b/<&>'].map((key) => put(key)));
  const first = await list('a/');
  expect([keysOf(first), first.IsTruncated]).toEqual([keys.slice(0, 1000), true]);
  const second = await list('a/', first.NextContinuationToken);
  expect([keysOf(second), second.IsTruncated]).toEqual([keys.slice(1000), false]);
  expect(keysOf(await list('b/'))).toEqual(['b/<&>']);
  expect(keysOf(await list('c/'))).toEqual([]);
});

test('what was put is there for the next run, and nobody else may read it', async () => {
  await put('unknown/1.json', 'kept');
  expect(readdirSync(folder)).toHaveLength(1);
  expect(statSync(join(folder, String(readdirSync(folder)[0]))).mode & 0o077).toBe(0);
  await s3.stop();
  await start();
  expect(keysOf(await list())).toEqual(['unknown/1.json']);
});

test('what is not played is refused', async () => {
  await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NotImplemented',
  });
});

test.each([
  ['a key over 1,024 bytes', Bucket, 'é'.repeat(513), 'KeyTooLongError'],
  ['a bucket in capitals', 'Failed-Changes', 'key', 'InvalidBucketName'],
  ['a bucket with an underscore', 'failed_changes', 'key', 'InvalidBucketName'],
])('%s is refused (S1.9)', async (_, bucket, Key, name) => {
  const put = new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' });
  await expect(client.send(put)).rejects.toMatchObject({ name });
});

test('a key of 1,024 bytes is taken (S1.9)', async () => {
  const key = 'é'.repeat(512);
  await put(key, 'x');
  await s3.stop();
  await start();
  expect(await get(key)).toBe('x');
  expect(keysOf(await list())).toEqual([key]);
});
