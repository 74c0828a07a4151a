// scim replay: sends past events again from the archive of the bus, to a rule or a product that missed them.

import { EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { moment } from '../command/answer.ts';
import { defineCommand, option } from '../command/define-command.ts';
import { startTime } from '../command/option-values.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';
import { OperatorError, UsageError } from '../errors/operator-error.ts';

export const replay = defineCommand({
  name: 'replay',
  summary: "Replay past events from the bus's archive",
  options: {
    since: option<number>('<time>', 'From 2h or 3d ago, or from a time such as 2026-11-22T08:00:00Z', {
      parse: startTime,
    }),
    until: option<number>('<time>', 'Until this time (default: now)', { parse: startTime }),
    rule: option('<name>', 'Only to this rule of the bus'),
  },
  /** Starts the replay, which continues after the command has ended: EventBridge replays some thousand events a second. */
  run: async ({ deployment, options }) => {
    const now = Date.now();
    const { since, until = now, rule } = options;
    if (since === undefined) throw new UsageError('Pass the start: --since 2h, or a time.');
    if (since >= until) throw new UsageError('--since must be before --until.');
    const archiveArn = archiveOf(deployment);
    const EventBusName = requireOutput(deployment.outputs, 'EventBusName', deployment.name);
    const account = archiveArn.slice(0, archiveArn.indexOf(':archive/'));
    const ReplayName = `scim-${new Date(now).toISOString().replaceAll(/[^\dT]/g, '')}`;
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
        `The events from ${moment(start)} to ${moment(end)} are being replayed to ${rule ? `the rule ${rule}` : 'every rule'}, with ` +
        'their original ids.\nThe archive is some ten minutes behind the bus: run this again for later events. ' +
        `\`aws events describe-replay --replay-name ${ReplayName}\` shows the progress.`,
    };
  },
});

const archiveOf = ({ outputs, isLocal, name }: Deployment): string => {
  // A local run has the outputs of the template, which has an archive; the run itself has none.
  if (outputs.EventArchiveArn && !isLocal) return outputs.EventArchiveArn;
  throw new OperatorError(
    `There is no event archive on ${name} (a local run has none, and scim:eventArchiveDays=0 turns it off); ` +
      '`npm run scim -- resync <tenant>` publishes the current state instead.',
  );
};
