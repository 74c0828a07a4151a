// scim redrive: what the changes function gave up is followed after all, when the reason is mended.

import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Answer } from './answer.ts';
import type { Context } from './context.ts';
import { type DeadLetter, readRecords, receiveDeadLetters, settleDeadLetter } from './dead-letters.ts';
import { OperatorError } from './operator-error.ts';
import { requireOutput } from './stack-outputs.ts';

/** As many as the stream itself delivers at once. */
const BATCH_SIZE = 100;

export const redrive = async ({ deployment }: Context): Promise<Answer> => {
  if (deployment.isLocal) {
    throw new OperatorError(
      'A local run has no queue of dead letters: it prints what its functions gave up.',
    );
  }
  const queueUrl = requireOutput(deployment.outputs, 'DeadLetterQueueUrl', deployment.name);
  const clients = {
    sqs: new SQSClient({}),
    streams: new DynamoDBStreamsClient({}),
    lambda: new LambdaClient({}),
  };
  const result = { done: 0, failed: 0, tooLate: 0 };
  const kept: DeadLetter[] = [];
  for await (const letter of receiveDeadLetters(clients.sqs, queueUrl)) {
    const records = await readRecords(clients.streams, letter);
    const outcome = !records
      ? 'tooLate'
      : (await follow(clients.lambda, letter, records))
        ? 'done'
        : 'failed';
    result[outcome] += 1;
    if (outcome === 'done') await settleDeadLetter(clients.sqs, queueUrl, letter, true);
    else kept.push(letter);
  }
  for (const letter of kept) await settleDeadLetter(clients.sqs, queueUrl, letter, false);
  return { json: result, text: describe(result) };
};

/** Whether the function did with all of them. */
const follow = async (
  lambda: LambdaClient,
  { requestContext }: DeadLetter,
  records: readonly object[],
): Promise<boolean> => {
  // Lambda names a function with its version, which may have been replaced since.
  const FunctionName = requestContext.functionArn.split(':').slice(0, 7).join(':');
  for (let at = 0; at < records.length; at += BATCH_SIZE) {
    const Payload = JSON.stringify({ Records: records.slice(at, at + BATCH_SIZE) });
    const { FunctionError, Payload: answer } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload }),
    );
    const failures = FunctionError
      ? [FunctionError]
      : JSON.parse(answer?.transformToString() ?? '{}').batchItemFailures;
    if (failures?.length > 0) return false;
  }
  return true;
};

const describe = ({ done, failed, tooLate }: { done: number; failed: number; tooLate: number }): string =>
  [
    done + failed + tooLate === 0 && 'There are no dead letters.',
    done > 0 && `${done} dead letters are done: told, counted and cleaned up.`,
    failed > 0 && `${failed} failed again and stay in the queue: the log of the changes function says why.`,
    tooLate > 0 &&
      `${tooLate} are too late, because the stream keeps a change for 24 hours; they stay in the queue. ` +
        '`npm run scim -- resync <tenant>` tells the product how things are now.',
  ]
    .filter((line) => line !== false)
    .join('\n');
