// The bucket of the changes that could not be followed. The only place in lambdas/ that knows S3.

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

let made: S3Client | undefined;

/** Made when it is needed, which is rarely. Requests are signed with the hash of their body; no other checksum is needed. */
const client = (): S3Client => {
  made ??= new S3Client({
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return made;
};

/** Writes the object, whole; one with this key is replaced. */
export const putObject = async (Key: string, Body: string): Promise<void> => {
  await client().send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
};

/** The text of the object; undefined when there is none any more. */
export const readObject = async (Key: string): Promise<string | undefined> => {
  try {
    const { Body } = await client().send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/** The keys that begin with `Prefix`, in their order, a page at a time. */
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

/** Removes the object; harmless when there is none. */
export const removeObject = async (Key: string): Promise<void> => {
  await client().send(new DeleteObjectCommand({ Bucket, Key }));
};
