// The one list of alarms: each way in which customers are not served, and the metric that shows it. docs/runbook.md has a
// section for each, under its name; test/docs/runbook.test.ts holds the two equal.

import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measures } from './deployment-measures.ts';

/** One alarm. */
export interface AlarmDefinition {
  readonly metric: IMetric;
  /** The alarm is raised when the metric reaches this value, in the metric's unit. */
  readonly threshold: number;
  /** For how many periods in a row the metric must reach the threshold. Default: 1. */
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
    meaning: 'A function that answers SCIM requests crashed, timed out or ran out of memory: see its log.',
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
      'A burst of 401s: a customer uses an old token, or somebody is guessing. The access log shows the ' +
      'paths.',
  },
  RefusedOwnKeys: {
    metric: measures.refusedOwnKeys,
    threshold: 1,
    meaning:
      'A customer uses a token that has ended or is not current yet, and Entra will quarantine its job: ' +
      'the event tenant.token.refused names the tenant and the key; `token show` prints the token to ' +
      'paste into Entra.',
  },
  RefusedOtherKeys: {
    metric: measures.refusedOtherKeys,
    threshold: 10,
    meaning:
      'Ten tokens in an hour that no tenant ever had: a deleted tenant still sends requests, a token was ' +
      'miscopied, or somebody is guessing. The event tenant.token.refused names a tenant that ' +
      'exists, the access log shows the paths.',
  },
  MissingKeys: {
    metric: measures.missingKeys,
    threshold: 1,
    meaning:
      'A tenant gets 503 because its throttling key is missing: `npm run scim -- tenant throttle --all` ' +
      'creates it, and the gateway knows it some minutes later.',
  },
  LostWrites: {
    metric: measures.lostWrites,
    threshold: 20,
    meaning:
      'Twenty writes that no answer needed were lost in five minutes: customers notice nothing, but entries of ' +
      'the provisioning log may be missing. The table throttles or is slow.',
  },
  TokenErrors: {
    metric: measures.tokenErrors,
    threshold: 1,
    meaning:
      'A scheduled rotation failed, or a previous token was not retired after its grace period: see the ' +
      'logs of the rotation and the retirement.',
  },
  PreviousTokenStillUsed: {
    metric: measures.previousTokensStillUsed,
    threshold: 1,
    meaning:
      'A customer still uses a token that ends within a week: the log of the retirement names the tenant, ' +
      'who must paste the new one.',
  },
  SilentTenants: {
    metric: measures.silentTenants,
    threshold: 1,
    meaning:
      'A customer that used to send requests has stopped: `npm run scim -- tenant list` names it; its ' +
      'provisioning may be off or in quarantine.',
  },
  WatchErrors: {
    metric: measures.watchErrors,
    threshold: 1,
    meaning: 'The hourly check for silent tenants failed: see its log.',
  },
  FunctionThrottles: {
    metric: measures.functionThrottles,
    threshold: 1,
    meaning:
      'Functions are throttled: the concurrency of the account, or that of the authorizer, is used up.',
  },
  AccountConcurrency: {
    metric: measures.accountConcurrency,
    threshold: 80,
    meaning:
      'The functions of the account in this region use over 80 % of its concurrency quota: beyond it, ' +
      'invocations are throttled.',
  },
  TableReadThrottles: {
    metric: measures.tableReadThrottles,
    threshold: 10,
    meaning: 'The table or an index throttles reads: one tenant may be too hot for a partition.',
  },
  TableWriteThrottles: {
    metric: measures.tableWriteThrottles,
    threshold: 10,
    meaning: 'The table or an index throttles writes: one tenant may be too hot for a partition.',
  },
  ChangeErrors: {
    metric: measures.changeErrors,
    threshold: 1,
    meaning: 'The function that reads the stream crashed or timed out: see its log. The batch is retried.',
  },
  ChangeDelay: {
    metric: measures.changeDelay,
    threshold: 300_000,
    meaning:
      'Events are published five minutes late or more: look for errors and throttles of the changes ' +
      'function.',
  },
  ChangesSetAside: {
    metric: measures.changesSetAside,
    threshold: 1,
    meaning:
      'Changes could not be processed and were set aside: the log of the changes function says why. The ' +
      'bucket keeps them for 14 days; `redrive` reprocesses them once the cause is fixed.',
  },
  WebhookGivenUp: {
    metric: measures.webhooksGivenUp,
    threshold: 1,
    meaning:
      'A webhook accepted nothing for a day and was disabled, or rejected single events for a day, which ' +
      'are dropped: the log of the retries names the tenant. Once the endpoint is fixed, `webhook enable` ' +
      'delivers the backlog and `resync` publishes the whole state again.',
  },
  WebhooksSuspended: {
    metric: measures.webhooksSuspended,
    threshold: 1,
    periods: 6,
    meaning:
      'A webhook has been suspended for half an hour: its endpoint accepts nothing, or it is disabled. ' +
      '`webhook show` shows how the endpoint responds.',
  },
  WebhookBacklog: {
    metric: measures.webhookBacklog,
    threshold: 1000,
    meaning:
      'A thousand events or more wait for one webhook: its endpoint is down, or slower than changes ' +
      'arrive. Events that wait for a week are dropped.',
  },
  WebhookBacklogAge: {
    metric: measures.webhookBacklogAge,
    threshold: 6 * 3600,
    meaning:
      'An event has been waiting for one webhook for six hours: its endpoint refuses it at each retry. ' +
      'After a day the event is dropped, or the webhook is disabled if it accepts no other.',
  },
  WebhookErrors: {
    metric: measures.webhookErrors,
    threshold: 1,
    meaning: 'A function that delivers events crashed or timed out: see its log. Its batch is retried.',
  },
  WebhookDelay: {
    metric: measures.webhookDelay,
    threshold: 300,
    meaning:
      'Webhooks are delivered five minutes late or more: look for errors and throttles of the delivery ' +
      'function.',
  },
  WebhookDeadLetters: {
    metric: measures.webhookDeadLetters,
    threshold: 1,
    meaning:
      'Events for webhooks are in the dead-letter queue after ten failed attempts of the delivery ' +
      'function: see its log, and redrive the queue in SQS once the cause is fixed.',
  },
  ErasureErrors: {
    metric: measures.erasureErrors,
    threshold: 1,
    meaning:
      'Late data of a deleted tenant was not erased: see the log of the sweep, which retries every ' +
      'minute.',
  },
  RetriesHeartbeat: {
    metric: measures.retriesHeartbeat,
    threshold: 1,
    periods: 3,
    below: true,
    meaning:
      'The webhook retries, due every minute, have not succeeded for 15 minutes: their schedule is ' +
      'disabled, or they fail.',
  },
  SweepHeartbeat: {
    metric: measures.sweepHeartbeat,
    threshold: 1,
    periods: 3,
    below: true,
    meaning:
      'The sweep of deleted tenants, due every minute, has not run for 15 minutes: its schedule is ' +
      'disabled, or it fails.',
  },
  StreamHeartbeat: {
    metric: measures.streamHeartbeat,
    threshold: 1,
    periods: 3,
    below: true,
    meaning:
      'Nothing has come through the stream for 15 minutes, not even the heartbeat that is written every ' +
      'minute: no events are published.',
  },
  WatchHeartbeat: {
    metric: measures.hoursWithoutWatch,
    threshold: 1,
    periods: 3,
    missing: 'breaching',
    meaning:
      'The hourly check for silent tenants has not run for three hours: its schedule is disabled, or it ' +
      'fails.',
  },
  RetirementHeartbeat: {
    metric: measures.hoursWithoutRetirement,
    threshold: 1,
    // Two hours of slack for the schedule; an alarm with periods of an hour can look back seven days at most.
    periods: 26,
    missing: 'breaching',
    meaning:
      'The daily retirement of previous tokens has not run for 26 hours: its schedule is disabled, or it ' +
      'fails.',
  },
  FailedRules: {
    metric: measures.failedRules,
    threshold: 1,
    meaning:
      'EventBridge could not invoke the target of a rule: a schedule was skipped, or an event did not ' +
      'reach the webhooks.',
  },
  RuleDeadLetters: {
    metric: measures.ruleDeadLetters,
    threshold: 1,
    meaning:
      'Undeliverable events of rules are in the dead-letter queue for 14 days: each message names its ' +
      'rule and the error.',
  },
  BusDeadLetters: {
    metric: measures.busDeadLetters,
    threshold: 1,
    meaning:
      'The bus accepted events that it could not encrypt or decrypt: its key is disabled, or the policy ' +
      'of the key changed.',
  },
});
