// scim replay: what the bus had since a time is told again from its archive, for a rule or a product that missed it.

import { EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { type Answer, moment } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { OperatorError, UsageError } from '../command/operator-error.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';

/** Goes on by itself when the command has ended: EventBridge replays some thousand events a second. */
export const replay = async ({ deployment, options }: Context): Promise<Answer> => {
  const { since, until = Date.now(), rule } = options;
  if (since === undefined) throw new UsageError('Say from when on: --since 2h, or a time.');
  if (since >= until) throw new UsageError('--since must be before --until.');
  const archiveArn = archiveOf(deployment);
  const EventBusName = requireOutput(deployment.outputs, 'EventBusName', deployment.name);
  const account = archiveArn.slice(0, archiveArn.indexOf(':archive/'));
  const ReplayName = `scim-${new Date().toISOString().replaceAll(/[^\dT]/g, '')}`;
  const [start, end] = [new Date(since), new Date(until)];
  await new EventBridgeClient({}).send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: archiveArn,
      EventStartTime: start,
      EventEndTime: end,
      Destination: {
        Arn: `${account}:event-bus/${EventBusName}`,
        FilterArns: rule === undefined ? undefined : [`${account}:rule/${EventBusName}/${rule}`],
      },
    }),
  );
  return {
    json: { replay: ReplayName, since: start, until: end, rule: rule ?? null },
    text:
      `What happened from ${moment(start)} to ${moment(end)} is told again to ${rule ? `the rule ${rule}` : 'every rule'}, ` +
      'with the ids from before.\nThe archive is some ten minutes behind the bus: repeat this for what is later. ' +
      `\`aws events describe-replay --replay-name ${ReplayName}\` says how far it is.`,
  };
};

const archiveOf = ({ outputs, isLocal, name }: Deployment): string => {
  // What a local run says of itself comes from the template, which has one.
  if (outputs.EventArchiveArn && !isLocal) return outputs.EventArchiveArn;
  throw new OperatorError(
    `There is no archive of events on ${name} (a local run has none, and scim:eventArchiveDays 0 keeps none); ` +
      '`npm run scim -- resync <tenant>` tells how things are now.',
  );
};
