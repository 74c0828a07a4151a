// The thread of one function: loads its handler and answers invocations, several at a time.

import { enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { refuseLikeDynamoDB } from '../table/strict-calls.ts';
import type { WorkerInvocation, WorkerMessage } from './host.ts';

type Handler = (event: object, context: object) => Promise<unknown>;

const send = (message: WorkerMessage) => parentPort?.postMessage(message);

const run = async (handler: Handler, { id, event, functionName, deadlineMs }: WorkerInvocation) => {
  const context = {
    functionName,
    awsRequestId: crypto.randomUUID(),
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
  try {
    send({ id, result: JSON.stringify((await handler(event, context)) ?? null) });
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    if (errorMessage !== 'Unauthorized') console.error(error);
    const cause = error instanceof Error && typeof error.cause === 'string' ? error.cause : undefined;
    send({ id, errorMessage, cause });
  }
};

// The handlers share most of their modules: what one thread has compiled, the others and the next run reuse.
enableCompileCache();
refuseLikeDynamoDB(DynamoDBDocumentClient);
const { handler } = (await import(pathToFileURL(workerData).href)) as { handler: Handler };
parentPort?.on('message', (invocation: WorkerInvocation) => void run(handler, invocation));
send({ loaded: true });
