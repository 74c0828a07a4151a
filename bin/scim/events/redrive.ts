// scim redrive: reprocesses the changes that were set aside, once the cause is fixed.

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { defineCommand } from '../command/define-command.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';

/** As many as the stream delivers at once. */
const BATCH_SIZE = 100;

export const redrive = defineCommand({
  name: 'redrive',
  summary: 'Reprocess the changes that were set aside, once the cause is fixed',
  /** Goes through the bucket once; an object whose records have all succeeded is removed. */
  run: async ({ deployment }) => {
    requireOutput(deployment.outputs, 'FailedChangesBucket', deployment.name);
    const functionName = requireOutput(deployment.outputs, 'ChangesFunctionName', deployment.name);
    const { deleteSetAside, walkSetAside } = await import('../../../lambdas/changes/set-aside/set-aside.ts');
    const lambda = new LambdaClient({});
    const result = { done: 0, failed: 0 };
    const unreadable: string[] = [];
    for await (const { key, records } of walkSetAside()) {
      // An object without records is left where it is, for whoever put it there.
      if (records.length === 0) unreadable.push(key);
      const failed = await countFailures(lambda, functionName, records);
      result.failed += failed;
      result.done += records.length - failed;
      if (records.length > 0 && failed === 0) await deleteSetAside({ key });
    }
    return {
      json: { ...result, ...(unreadable.length > 0 && { unreadable }) },
      text: describe({ ...result, unreadable }),
    };
  },
});

/** Invokes the function with the records, and returns how many of them failed. */
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
  /** Keys of objects that hold no records, or are truncated. */
  readonly unreadable: readonly string[];
}

const describe = ({ done, failed, unreadable }: Result): string =>
  [
    ...unreadable.map((key) => `Object ${key} in the bucket cannot be read and stays there.`),
    done + failed + unreadable.length === 0 && 'No changes are set aside.',
    done > 0 && `${changes(done, 'was', 'were')} reprocessed.`,
    failed > 0 &&
      `${changes(failed, 'failed again and stays', 'failed again and stay')} set aside: the log of the changes function says why.`,
  ]
    .filter((line) => line !== false)
    .join('\n');
