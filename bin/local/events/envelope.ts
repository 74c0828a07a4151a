// An event as EventBridge delivers it to the targets of its rules.

import type { EventBridgeEvent } from 'aws-lambda';
import { ACCOUNT_ID, localCredentials } from '../../shared/local-credentials.ts';

interface Content {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  /** ARNs. */
  readonly resources?: readonly string[];
}

/** The event in this run's account and region; its time is in whole seconds. */
export const eventEnvelope = ({
  id,
  time,
  source,
  detailType,
  detail,
  resources = [],
}: Content): EventBridgeEvent<string, unknown> => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account: ACCOUNT_ID,
  time: time.replace(/\.\d+Z$/, 'Z'),
  region: localCredentials.AWS_REGION,
  resources: [...resources],
  detail,
});
