// scim redrive: changes that were set aside are followed after all, once the cause is fixed.

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Answer } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';

/** As many as the stream itself delivers at once. */
const BATCH_SIZE = 100;

/** Goes through the bucket once; an object whose records are all done is removed. */
export const redrive = async ({ deployment }: Context): Promise<Answer> => {
  requireOutput(deployment.outputs, 'FailedChangesBucket', deployment.name);
  const functionName = requireOutput(deployment.outputs, 'ChangesFunctionName', deployment.name);
  const { forgetSetAside, walkSetAside } = await import('../../../lambdas/changes/set-aside/set-aside.ts');
  const lambda = new LambdaClient({});
  const result = { done: 0, failed: 0 };
  const unreadable: string[] = [];
  for await (const { key, records } of walkSetAside()) {
    // What has no records is left to whoever put it there.
    if (records.length === 0) unreadable.push(key);
    const failed = await countFailures(lambda, functionName, records);
    result.failed += failed;
    result.done += records.length - failed;
    if (records.length > 0 && failed === 0) await forgetSetAside({ key });
  }
  return {
    json: { ...result, ...(unreadable.length > 0 && { unreadable }) },
    text: describe({ ...result, unreadable }),
  };
};

/** Has the function follow the records; answers with how many it could not. */
const countFailures = async (
  lambda: LambdaClient,
  FunctionName: string,
  records: readonly object[],
): Promise<number> => {
  let failed = 0;
  for (let at = 0; at < records.length; at += BATCH_SIZE) {
    const batch = records.slice(at, at + BATCH_SIZE);
    const Payload = JSON.stringify({ Records: batch, redrive: true });
    const { FunctionError, Payload: answer } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload }),
    );
    failed += FunctionError
      ? batch.length
      : JSON.parse(answer?.transformToString() ?? '{}').batchItemFailures.length;
  }
  return failed;
};

const changes = (count: number, one: string, more: string) =>
  count === 1 ? `1 change ${one}` : `${count} changes ${more}`;

interface Result {
  readonly done: number;
  readonly failed: number;
  /** Keys of objects that hold no records, or are cut off. */
  readonly unreadable: readonly string[];
}

const describe = ({ done, failed, unreadable }: Result): string =>
  [
    ...unreadable.map((key) => `The object ${key} of the bucket cannot be read and stays.`),
    done + failed + unreadable.length === 0 && 'No change is set aside.',
    done > 0 && `${changes(done, 'is', 'are')} done: told, counted and cleaned up.`,
    failed > 0 &&
      `${changes(failed, 'failed again and stays', 'failed again and stay')} set aside: the log of the changes function says why.`,
  ]
    .filter((line) => line !== false)
    .join('\n');
