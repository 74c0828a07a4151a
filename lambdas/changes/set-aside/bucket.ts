// The S3 bucket for changes that could not be processed. The only file in lambdas/ that calls S3.

import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { readEnvironment } from '../../platform/environment.ts';

const { FAILED_CHANGES_BUCKET: Bucket } = readEnvironment({
  FAILED_CHANGES_BUCKET: v.pipe(v.string(), v.minLength(3)),
});

let s3: S3Client | undefined;

/** Created on first use, which is rare. Requests are signed with the hash of their body, so no other checksum is needed. */
const client = (): S3Client => {
  s3 ??= new S3Client({
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return s3;
};

/** Writes the object, replacing any with this key. */
export const putObject = async (Key: string, Body: string): Promise<void> => {
  await client().send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
};

/** The text of the object; undefined when it no longer exists. */
export const readObject = async (Key: string): Promise<string | undefined> => {
  try {
    const { Body } = await client().send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/** The keys with this prefix, in order, a page at a time. */
export async function* walkKeys(Prefix: string): AsyncGenerator<string[], void, void> {
  let ContinuationToken: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await client().send(
      new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }),
    );
    yield Contents.flatMap(({ Key }) => Key ?? []);
    ContinuationToken = NextContinuationToken;
  } while (ContinuationToken);
}

/** Deletes the object, if it exists. */
export const removeObject = async (Key: string): Promise<void> => {
  await client().send(new DeleteObjectCommand({ Bucket, Key }));
};
