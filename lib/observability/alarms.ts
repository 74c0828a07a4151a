// The one list of alarms: each way in which customers are not served, and the metric that shows it. docs/runbook.md has a
// section for each, under its name; test/docs/runbook.test.ts holds the two equal.

import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measures } from './deployment-measures.ts';

/** One alarm. */
export interface AlarmDefinition {
  readonly metric: IMetric;
  /** The alarm is raised when the metric reaches this, in the unit of the metric … */
  readonly threshold: number;
  /** … in this many of its periods in a row. Default: 1. */
  readonly periods?: number;
  /** Raises the alarm when the metric is below the threshold or missing, instead. */
  readonly below?: true;
  /** `breaching`: a missing metric raises the alarm too. Default: only with `below`. */
  readonly missing?: 'breaching';
  /** What is wrong and where to look: one or two sentences, with which the description of the alarm begins. */
  readonly meaning: string;
}

/** The alarms by name. */
export const alarms = (measures: Measures): Record<string, AlarmDefinition> => ({
  ServerErrors: {
    metric: measures.serverErrors,
    threshold: 5,
    meaning: 'SCIM requests are answered with 5XX: look for level ERROR in the logs of the functions.',
  },
  SlowAnswers: {
    metric: measures.slowestLatency,
    threshold: 5000,
    periods: 3,
    meaning:
      'One request in a hundred takes over 5 s: look for throttles, large groups and unindexed filters.',
  },
  FunctionErrors: {
    metric: measures.functionErrors,
    threshold: 1,
    meaning: 'A function ended without an answer (crash, timeout, memory): see its log.',
  },
  // The authorizer refuses by throwing an error, as the gateway requires; RefusedTokens counts those too.
  AuthorizerErrors: {
    metric: measures.authorizerErrors,
    threshold: 50,
    meaning: 'The authorizer fails or refuses unusually often: see its log, then Secrets Manager.',
  },
  RefusedTokens: {
    metric: measures.refusedTokens,
    threshold: 100,
    meaning:
      'A burst of 401: a customer has an old token, or somebody is guessing. The access log names the paths.',
  },
  RefusedOwnKeys: {
    metric: measures.refusedOwnKeys,
    threshold: 1,
    meaning:
      'A customer uses a token that ended or is not current yet, and Entra puts its job into quarantine: the event ' +
      'tenant.token.refused names the tenant and the key; `token show` prints what to paste into Entra.',
  },
  RefusedOtherKeys: {
    metric: measures.refusedOtherKeys,
    threshold: 10,
    meaning:
      'Ten tokens in an hour that no tenant ever had: a deleted tenant still asks, a token was copied wrongly, or somebody is ' +
      'guessing. The event tenant.token.refused names a tenant that exists, the access log the paths.',
  },
  MissingKeys: {
    metric: measures.missingKeys,
    threshold: 1,
    meaning:
      'A tenant is refused with 503 because its throttling key is missing: `npm run scim -- tenant throttle --all` makes it, ' +
      'and some minutes later the gateway knows it.',
  },
  TokenErrors: {
    metric: measures.tokenErrors,
    threshold: 1,
    meaning:
      'A token was not rotated by its schedule, or a previous one not ended although its grace is over: see the logs of ' +
      'the rotation and the retirement.',
  },
  PreviousTokenStillUsed: {
    metric: measures.previousTokensStillUsed,
    threshold: 1,
    meaning:
      'A customer still uses a token that ends within a week: its log names the tenant, who must paste the new one.',
  },
  SilentTenants: {
    metric: measures.silentTenants,
    threshold: 1,
    meaning:
      'A customer that sent requests has stopped: `npm run scim -- tenant list` names it; its provisioning may be off or in quarantine.',
  },
  WatchErrors: {
    metric: measures.watchErrors,
    threshold: 1,
    meaning: 'The hourly look for customers that have stopped asking failed: see its log.',
  },
  FunctionThrottles: {
    metric: measures.functionThrottles,
    threshold: 1,
    meaning:
      'Functions are turned away: the concurrency of the account, or that of the authorizer, is used up.',
  },
  AccountConcurrency: {
    metric: measures.accountConcurrency,
    threshold: 80,
    meaning:
      'All functions of the account in this region together use over 80 % of the concurrency that it may have: above it ' +
      'invocations are turned away.',
  },
  TableReadThrottles: {
    metric: measures.tableReadThrottles,
    threshold: 10,
    meaning: 'The table or an index turns reads away: one tenant may be too hot for a partition.',
  },
  TableWriteThrottles: {
    metric: measures.tableWriteThrottles,
    threshold: 10,
    meaning: 'The table or an index turns writes away: one tenant may be too hot for a partition.',
  },
  ChangeErrors: {
    metric: measures.changeErrors,
    threshold: 1,
    meaning: 'The function behind the stream ended without an answer: see its log. The batch is repeated.',
  },
  ChangeDelay: {
    metric: measures.changeDelay,
    threshold: 300_000,
    meaning:
      'The product hears of changes five minutes late or more: look for errors and throttles of the changes function.',
  },
  ChangesSetAside: {
    metric: measures.changesSetAside,
    threshold: 1,
    meaning:
      'Changes cannot be followed and are set aside: the log of the changes function says why. The bucket keeps them for ' +
      '14 days; when the reason is mended, `redrive` follows them.',
  },
  WebhookGivenUp: {
    metric: measures.webhooksGivenUp,
    threshold: 1,
    meaning:
      'A webhook took nothing for a day and is switched off, or refused single events for a day, which are gone: the log ' +
      'of the retries names the tenant. When it is mended, `webhook enable` posts what waits, `resync` tells all again.',
  },
  WebhooksSuspended: {
    metric: measures.webhooksSuspended,
    threshold: 1,
    periods: 6,
    meaning:
      'For half an hour a webhook has been suspended: its endpoint takes nothing, or it is switched off. `webhook show` says ' +
      'how the endpoint answers.',
  },
  WebhookBacklog: {
    metric: measures.webhookBacklog,
    threshold: 1000,
    meaning:
      'A thousand events or more wait for one webhook: its endpoint is down, or slower than changes come. What waits for a ' +
      'week is dropped.',
  },
  WebhookErrors: {
    metric: measures.webhookErrors,
    threshold: 1,
    meaning: 'A function that posts events ended without an answer: see its log. Its batch is repeated.',
  },
  WebhookDelay: {
    metric: measures.webhookDelay,
    threshold: 300,
    meaning:
      'Webhooks hear of changes five minutes late or more: look for errors and throttles of the delivery function.',
  },
  WebhookDeadLetters: {
    metric: measures.webhookDeadLetters,
    threshold: 1,
    meaning:
      'Events for webhooks were given up after ten attempts of the delivery function: see its log; when the reason is ' +
      "mended, start a redrive of the queue's messages in SQS.",
  },
  ErasureErrors: {
    metric: measures.erasureErrors,
    threshold: 1,
    meaning:
      'What came late of a deleted tenant is not erased: see the log of the sweep, which tries again every minute.',
  },
  RetriesHeartbeat: {
    metric: measures.retriesHeartbeat,
    threshold: 1,
    periods: 3,
    below: true,
    meaning:
      'The retries of webhooks, due every minute, have not ended well for 15 minutes: their schedule is off, or they fail.',
  },
  SweepHeartbeat: {
    metric: measures.sweepHeartbeat,
    threshold: 1,
    periods: 3,
    below: true,
    meaning:
      'The sweep of deleted tenants, due every minute, has not run for 15 minutes: its schedule is off, or it fails.',
  },
  StreamHeartbeat: {
    metric: measures.streamHeartbeat,
    threshold: 1,
    periods: 3,
    below: true,
    meaning:
      'Nothing has come through the stream for 15 minutes, not even the note that is written every minute: the product ' +
      'hears of no change.',
  },
  WatchHeartbeat: {
    metric: measures.hoursWithoutWatch,
    threshold: 1,
    periods: 3,
    missing: 'breaching',
    meaning:
      'The hourly look for customers that have stopped asking has not been taken for three hours: its schedule is off, or it fails.',
  },
  RetirementHeartbeat: {
    metric: measures.hoursWithoutRetirement,
    threshold: 1,
    // Two hours of slack for the schedule; an alarm with periods of an hour can look back seven days at most.
    periods: 26,
    missing: 'breaching',
    meaning:
      'Previous tokens, which are ended once a day, have not been looked at for 26 hours: their schedule is off, or it fails.',
  },
  FailedRules: {
    metric: measures.failedRules,
    threshold: 1,
    meaning:
      'EventBridge could not hand something to the target of a rule: a schedule was skipped, or an event is in no webhook.',
  },
  RuleDeadLetters: {
    metric: measures.ruleDeadLetters,
    threshold: 1,
    meaning:
      'What rules gave up waits in a queue for 14 days: each message says of which rule it is, and why.',
  },
  BusDeadLetters: {
    metric: measures.busDeadLetters,
    threshold: 1,
    meaning:
      'The bus took events that it could not encrypt or decrypt: its key is disabled, or the policy of it changed.',
  },
});
