// What invokes the functions of the stack besides requests: the table's stream, the rules of the bus, queues, schedules.

import * as v from 'valibot';
import type { Template } from '../../../lib/scim-app.ts';
import { type EventPattern, eventPattern } from './event-pattern.ts';
import { type Properties, resourcesOfType } from './template.ts';

/** An event source mapping from the table's stream to a function. */
export interface LocalEventSource {
  readonly functionName: string;
  readonly batchSize: number;
  readonly maximumRetryAttempts: number;
  /** Whether a failed batch is split in two (`BisectBatchOnFunctionError`). */
  readonly bisects: boolean;
  /** A record passes when any of them matches; without filters, all do. */
  readonly filters: readonly EventPattern[];
}

/** A queue, and the event source mapping from it to a function. */
export interface LocalQueue {
  readonly arn: string;
  readonly functionName: string;
  readonly batchSize: number;
  /** The limit of concurrent invocations. */
  readonly maximumConcurrency: number;
  /** Whether the function reports which messages failed; otherwise a batch fails or succeeds as a whole. */
  readonly reportsItemFailures: boolean;
  /** How often a message is delivered before it goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

/** A rule of a bus. */
export interface LocalRule {
  readonly busName: string;
  readonly pattern: EventPattern;
  /** ARNs. */
  readonly targets: readonly string[];
}

/** A function that is invoked at a rate. */
export interface LocalSchedule {
  readonly ruleName: string;
  readonly functionName: string;
  readonly everyMs: number;
}

/** All of them, as the template has them. */
export interface LocalEvents {
  readonly eventSources: readonly LocalEventSource[];
  readonly queues: readonly LocalQueue[];
  readonly rules: readonly LocalRule[];
  readonly schedules: readonly LocalSchedule[];
}

/** Throws for a pattern or a schedule that is not supported here. */
export const readEvents = (template: Template): LocalEvents => {
  const mappings = [...resourcesOfType(template, 'AWS::Lambda::EventSourceMapping').values()];
  const queues = resourcesOfType(template, 'AWS::SQS::Queue');
  const rules = [...resourcesOfType(template, 'AWS::Events::Rule')];
  return {
    eventSources: mappings.filter((mapping) => !isOfQueue(mapping)).map(readEventSource),
    queues: mappings.filter(isOfQueue).map((mapping) => readQueue(mapping, queues)),
    rules: rules.flatMap(([, rule]) => (rule.EventPattern === undefined ? [] : [readRule(rule)])),
    schedules: rules.flatMap(([name, rule]) =>
      rule.ScheduleExpression === undefined ? [] : readSchedules(name, rule),
    ),
  };
};

const isOfQueue = ({ EventSourceArn }: Properties): boolean =>
  String(EventSourceArn).startsWith('arn:aws:sqs:');

/** The name at the end of the ARN of a queue or a function: its logical id, as template.ts resolves it. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

const eventSourceResource = v.object({
  FunctionName: v.string(),
  BatchSize: v.optional(v.number(), 100),
  MaximumRetryAttempts: v.pipe(
    v.optional(v.number(), -1),
    v.transform((attempts) => (attempts === -1 ? Number.POSITIVE_INFINITY : attempts)),
  ),
  BisectBatchOnFunctionError: v.optional(v.boolean(), false),
  FilterCriteria: v.optional(
    v.object({ Filters: v.array(v.object({ Pattern: v.pipe(v.string(), v.parseJson(), eventPattern) })) }),
    { Filters: [] },
  ),
});

const readEventSource = (properties: Properties): LocalEventSource => {
  const mapping = v.parse(eventSourceResource, properties);
  return {
    functionName: mapping.FunctionName,
    batchSize: mapping.BatchSize,
    maximumRetryAttempts: mapping.MaximumRetryAttempts,
    bisects: mapping.BisectBatchOnFunctionError,
    filters: mapping.FilterCriteria.Filters.map(({ Pattern }) => Pattern),
  };
};

const queueMapping = v.object({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  BatchSize: v.optional(v.number(), 10),
  /** Without a limit, Lambda starts with five. */
  ScalingConfig: v.optional(v.object({ MaximumConcurrency: v.number() }), { MaximumConcurrency: 5 }),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
});

const queueResource = v.object({
  RedrivePolicy: v.optional(v.object({ maxReceiveCount: v.number() }), {
    maxReceiveCount: Number.POSITIVE_INFINITY,
  }),
});

const readQueue = (properties: Properties, queues: ReadonlyMap<string, Properties>): LocalQueue => {
  const mapping = v.parse(queueMapping, properties);
  const queue = v.parse(queueResource, queues.get(nameIn(mapping.EventSourceArn)));
  return {
    arn: mapping.EventSourceArn,
    functionName: mapping.FunctionName,
    batchSize: mapping.BatchSize,
    maximumConcurrency: mapping.ScalingConfig.MaximumConcurrency,
    reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maxReceiveCount: queue.RedrivePolicy.maxReceiveCount,
  };
};

const targets = v.array(v.object({ Arn: v.string() }));

const ruleResource = v.object({
  EventBusName: v.optional(v.string(), 'default'),
  EventPattern: eventPattern,
  Targets: targets,
});

const readRule = (properties: Properties): LocalRule => {
  const { EventBusName, EventPattern, Targets } = v.parse(ruleResource, properties);
  return { busName: EventBusName, pattern: EventPattern, targets: Targets.map(({ Arn }) => Arn) };
};

const MINUTE_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
};

const RATE = /^rate\((?<count>\d+) (?<unit>minute|hour|day)s?\)$/;

const rateMs = v.pipe(
  v.string(),
  v.regex(RATE),
  v.transform((expression) => {
    const { count, unit = '' } = RATE.exec(expression)?.groups ?? {};
    return Number(count) * (UNITS_MS[unit] ?? 0);
  }),
);

const scheduleResource = v.object({ ScheduleExpression: rateMs, Targets: targets });

const readSchedules = (ruleName: string, properties: Properties): LocalSchedule[] => {
  const { ScheduleExpression, Targets } = v.parse(scheduleResource, properties);
  return Targets.map(({ Arn }) => ({ ruleName, functionName: nameIn(Arn), everyMs: ScheduleExpression }));
};
