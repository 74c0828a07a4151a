// A product that listens: a queue of our own behind a rule on the stack's bus, for as long as the test does.

import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type BusinessEvent, EVENT_SOURCE, type EventType } from '../../../lambdas/events/event.ts';
import type { Target } from '../target.ts';
import { until } from '../until.ts';

const WITHIN_SECONDS = 90;
/** Tells when rule and permission are in force, which takes a while on AWS; no rule of a product asks for this source. */
const PROBE_SOURCE = 'scim.e2e';
const PROBE = 'probe';

interface Envelope {
  readonly source: string;
  readonly detail: BusinessEvent;
}

export class Listener implements AsyncDisposable {
  readonly #heard: Envelope[] = [];
  readonly #name = `scim-e2e-${randomUUID()}`;
  readonly #bus = new EventBridgeClient({});
  readonly #queues = new SQSClient({});
  /** The groups that the messages came in, as SQS says of a fair queue. */
  readonly groups = new Set<string>();
  readonly #target: Target;
  #queueUrl = '';

  private constructor(target: Target) {
    this.#target = target;
  }

  /** Hears these events of the tenant from now on. */
  static async open(target: Target, tenant: string, types: readonly EventType[]): Promise<Listener> {
    const listener = new Listener(target);
    await listener.#open(tenant, types);
    return listener;
  }

  /** What was heard, each event once. */
  get events(): BusinessEvent[] {
    const events = this.#heard.filter(({ source }) => source === EVENT_SOURCE).map(({ detail }) => detail);
    return [...new Map(events.map((event) => [event.id, event])).values()];
  }

  /** Listens until `isEnough`; throws after a minute and a half. */
  async until(what: string, isEnough: () => boolean): Promise<void> {
    await until(what, { seconds: WITHIN_SECONDS, signal: this.#target.signal }, async () => {
      await this.#receive();
      return isEnough();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const rule = { Rule: this.#name, EventBusName: this.#target.stack.EventBusName };
    const removals = [
      () => this.#bus.send(new RemoveTargetsCommand({ ...rule, Ids: ['queue'] })),
      () => this.#bus.send(new DeleteRuleCommand({ Name: rule.Rule, EventBusName: rule.EventBusName })),
      () => this.#queues.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl })),
    ];
    for (const remove of removals) {
      await remove().catch(({ message }: Error) => console.log(`Not removed, ${this.#name}: ${message}`));
    }
  }

  async #open(tenant: string, types: readonly EventType[]): Promise<void> {
    const { signal, stack } = this.#target;
    const { EventBusName } = stack;
    const { QueueUrl = '' } = await this.#queues.send(new CreateQueueCommand({ QueueName: this.#name }));
    this.#queueUrl = QueueUrl;
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const QueueArn = (await this.#queues.send(asked)).Attributes?.QueueArn;
    const EventPattern = JSON.stringify({
      source: [EVENT_SOURCE, PROBE_SOURCE],
      'detail-type': [...types, PROBE],
      detail: { tenant: [tenant] },
    });
    const rule = new PutRuleCommand({ Name: this.#name, EventBusName, EventPattern });
    const { RuleArn } = await this.#bus.send(rule);
    const Policy = JSON.stringify(mayBeSentTo(QueueArn, RuleArn));
    await this.#queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    // As the stack's own rule does for the queue of its webhooks.
    const SqsParameters = { MessageGroupId: '$.detail.tenant' };
    const Targets = [{ Id: 'queue', Arn: QueueArn, SqsParameters }];
    await this.#bus.send(new PutTargetsCommand({ Rule: this.#name, EventBusName, Targets }));
    await until('the rule to work', { seconds: WITHIN_SECONDS, signal }, async () => {
      const Detail = JSON.stringify({ tenant });
      const probe = { EventBusName, Source: PROBE_SOURCE, DetailType: PROBE, Detail };
      await this.#bus.send(new PutEventsCommand({ Entries: [probe] }));
      await this.#receive();
      return this.#heard.some(({ source }) => source === PROBE_SOURCE);
    });
  }

  async #receive(): Promise<void> {
    const queue = { QueueUrl: this.#queueUrl };
    const { Messages = [] } = await this.#queues.send(
      new ReceiveMessageCommand({
        ...queue,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return;
    for (const { Attributes } of Messages) this.groups.add(Attributes?.MessageGroupId ?? 'none');
    this.#heard.push(...Messages.map(({ Body = '{}' }): Envelope => JSON.parse(Body)));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.#queues.send(new DeleteMessageBatchCommand({ ...queue, Entries }));
  }
}

const mayBeSentTo = (queueArn: string | undefined, ruleArn: string | undefined) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    },
  ],
});
