// A redrive on a local run: the bucket, Lambda's API and the function behind it are the run's own, and what is set aside stays
// with the data.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from '@jest/globals';
import { localCredentials } from '../../../bin/shared/local-credentials.ts';
import { scimProcess } from '../scim/terminal.ts';
import { killLocalProcesses, type LocalProcess, startLocalProcess } from './local-process.ts';

const data = mkdtempSync(join(tmpdir(), 'scim-redrive-'));
afterAll(() => {
  killLocalProcesses();
  rmSync(data, { recursive: true });
});

const s3Of = ({ run }: LocalProcess) =>
  new S3Client({
    endpoint: run.s3Endpoint,
    region: localCredentials.AWS_REGION,
    credentials: {
      accessKeyId: localCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: localCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });

/** A user of the run's own tenant was created, by a record of the stream. */
const recordOf = ({ token }: LocalProcess, userName: string) => {
  const [, tenant, letters] = token.split('.');
  const Keys = {
    PK: { S: `T#${tenant}.${letters}#USER` },
    SK: { S: '7d42f0a2-0000-4000-8000-000000000000' },
  };
  const image = { Version: { N: '1' }, Created: { N: '1' }, Modified: { N: '1' } };
  return {
    eventID: '7d42',
    eventName: 'INSERT',
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:000000000000:table/scim-directory/stream/1',
    dynamodb: {
      Keys,
      SequenceNumber: '1',
      ApproximateCreationDateTime: 1_795_000_000,
      NewImage: { ...Keys, ...image, Attributes: { M: { userName: { S: userName } } } },
    },
  };
};

test('follows what is set aside, also that of the run before, and keeps it until that has succeeded', async () => {
  const first = await startLocalProcess('--data', data);
  const Bucket = first.run.outputs.FailedChangesBucket;
  const Key = 'aws/lambda/mapping/shard/2026/11/28/2026-11-28T21.14.53-7d42';
  const good = recordOf(first, 'later@veldt.example');
  const bad = { ...good, eventID: '7d43', dynamodb: { ...good.dynamodb, NewImage: { PK: { S: 'x' } } } };
  const put = (run: LocalProcess, ...Records: object[]) => {
    const Body = JSON.stringify({ payload: JSON.stringify({ Records }) });
    return s3Of(run).send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  await put(first, good, bad);
  await first.end('SIGTERM');

  const second = await startLocalProcess('--data', data);
  const redrive = async () => (await scimProcess(`redrive --json --port ${second.run.port}`)).stdout.trim();
  expect(await redrive()).toBe('{"done":1,"failed":1}');
  expect(second.output()).toContain('user.created');
  await put(second, good);
  expect(await redrive()).toBe('{"done":1,"failed":0}');
  await expect(s3Of(second).send(new GetObjectCommand({ Bucket, Key }))).rejects.toThrow('does not exist');
  expect(await redrive()).toBe('{"done":0,"failed":0}');
  await second.end('SIGTERM');
}, 60_000);
