// Why the authorizer refused tokens, from its own log: the gateway only knows that it did.

import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';

/** A line as Lambda writes it in JSON, around what lambdas/handlers/authorizer.ts logs. */
const refusedLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ requestId: v.string(), message: v.object({ cause: v.string() }) }),
);

/** Forgeries can fill the log, so the search has to end somewhere. */
const MAX_PAGES = 50;

/** Milliseconds. */
interface Period {
  readonly startTime: number;
  readonly endTime: number;
}

/** The causes of the refusals in the period, by the request id of the authorizer. Empty where the log cannot be read. */
export const readCauses = async (
  logs: CloudWatchLogsClient,
  logGroupName: string,
  { startTime, endTime }: Period,
): Promise<ReadonlyMap<string, string>> => {
  const causes = new Map<string, string>();
  const filterPattern = '{ $.message.message = "token refused" }';
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { logGroupName, startTime, endTime, filterPattern, nextToken, startFromHead: false };
    const answer = await logs.send(new FilterLogEventsCommand(query)).catch(() => undefined);
    for (const { message } of answer?.events ?? []) {
      const line = v.safeParse(refusedLine, message);
      if (line.success) causes.set(line.output.requestId, line.output.message.cause);
    }
    nextToken = answer?.nextToken;
    if (!nextToken) break;
  }
  return causes;
};
