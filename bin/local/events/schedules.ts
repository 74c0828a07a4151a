// EventBridge schedules on this machine: functions are invoked at a rate, for the first time after one interval.

import { randomUUID } from 'node:crypto';
import { ACCOUNT_ID, localCredentials } from '../../shared/local-credentials.ts';
import { type InvokeFunction, LONGEST_WAIT_MS } from '../functions/host.ts';
import type { LocalSchedule } from '../stack/events.ts';
import { eventEnvelope } from './envelope.ts';

/** The running timers. */
export interface Schedules {
  /** Stops invoking; an invocation in progress ends with the thread of its function. */
  readonly stop: () => void;
}

/** Node treats a longer interval as one millisecond. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

/** Invokes each function at its rate until it is stopped. A failed invocation is not retried: the next one follows. */
export const startSchedules = (schedules: readonly LocalSchedule[], invoke: InvokeFunction): Schedules => {
  const stopping = new AbortController();
  const run = async ({ functionName, ruleName }: LocalSchedule) => {
    try {
      await invoke(functionName, scheduledEvent(ruleName), LONGEST_WAIT_MS);
    } catch (error) {
      if (!stopping.signal.aborted) console.error(`${functionName}: ${(error as Error).message}`);
    }
  };
  const timers = schedules.map((schedule) =>
    setInterval(() => void run(schedule), Math.min(schedule.everyMs, LONGEST_INTERVAL_MS)).unref(),
  );
  return {
    stop: () => {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
    },
  };
};

const scheduledEvent = (ruleName: string) =>
  eventEnvelope({
    id: randomUUID(),
    time: new Date().toISOString(),
    source: 'aws.events',
    detailType: 'Scheduled Event',
    resources: [`arn:aws:events:${localCredentials.AWS_REGION}:${ACCOUNT_ID}:rule/${ruleName}`],
    detail: {},
  });
