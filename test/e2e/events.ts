// What the product hears: a queue of our own behind a rule on the stack's bus, for as long as the test listens.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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
import { type BusinessEvent, EVENT_SOURCE } from '../../lambdas/events/event.ts';
import { call, createUser, type Target, type TestTenant } from './target.ts';

const WITHIN_MS = 90_000;
/** Tells when rule and permission are in force, which takes a while on AWS; no rule of a product asks for this source. */
const PROBE_SOURCE = 'scim.e2e';

interface Envelope {
  readonly source: string;
  readonly detail: BusinessEvent;
}

class Listener implements AsyncDisposable {
  readonly heard: Envelope[] = [];
  readonly #name = `scim-e2e-${randomUUID()}`;
  readonly #bus = new EventBridgeClient({});
  readonly #queues = new SQSClient({});
  readonly #target: Target;
  #queueUrl = '';

  constructor(target: Target) {
    this.#target = target;
  }

  async open(tenant: string): Promise<void> {
    const { EventBusName } = this.#target.stack;
    const { QueueUrl = '' } = await this.#queues.send(new CreateQueueCommand({ QueueName: this.#name }));
    this.#queueUrl = QueueUrl;
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const QueueArn = (await this.#queues.send(asked)).Attributes?.QueueArn;
    const { RuleArn } = await this.#bus.send(
      new PutRuleCommand({
        Name: this.#name,
        EventBusName,
        EventPattern: JSON.stringify({ source: [EVENT_SOURCE, PROBE_SOURCE], detail: { tenant: [tenant] } }),
      }),
    );
    const Policy = JSON.stringify(mayBeSentTo(QueueArn, RuleArn));
    await this.#queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const Targets = [{ Id: 'queue', Arn: QueueArn }];
    await this.#bus.send(new PutTargetsCommand({ Rule: this.#name, EventBusName, Targets }));
    await this.until('the rule to work', async () => {
      const Detail = JSON.stringify({ tenant });
      const probe = { EventBusName, Source: PROBE_SOURCE, DetailType: 'probe', Detail };
      await this.#bus.send(new PutEventsCommand({ Entries: [probe] }));
      return this.heard.some(({ source }) => source === PROBE_SOURCE);
    });
  }

  /** Listens until `isEnough`; throws after a minute and a half. */
  async until(what: string, isEnough: () => Promise<boolean> | boolean): Promise<void> {
    const deadline = Date.now() + WITHIN_MS;
    while (!(await isEnough())) {
      if (Date.now() > deadline) {
        const heard = this.heard.map(({ detail }) => detail.type).join(', ');
        throw new Error(`Waited in vain for ${what}; heard: ${heard || 'nothing'}.`);
      }
      await this.#receive();
      await delay(200, undefined, { signal: this.#target.signal });
    }
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

  async #receive(): Promise<void> {
    const queue = { QueueUrl: this.#queueUrl };
    const { Messages = [] } = await this.#queues.send(
      new ReceiveMessageCommand({ ...queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) return;
    this.heard.push(...Messages.map(({ Body = '{}' }): Envelope => JSON.parse(Body)));
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

const LIFE = ['user.created', 'user.deactivated', 'user.reactivated', 'user.deleted'];

/** A user comes, is disabled, enabled and deleted: the product hears each of that, in this order by sequence. */
export const hearOfUser = async (target: Target, tenant: TestTenant): Promise<string> => {
  await using listener = new Listener(target);
  await listener.open(tenant.tenant);
  const userName = `heard-${randomUUID()}@veldt.example`;
  const path = await createUser(tenant, userName);
  for (const active of [false, true]) {
    const Operations = [{ op: 'replace', path: 'active', value: active }];
    await call(tenant, { method: 'PATCH', path, body: { schemas: [PATCH], Operations } }, 200);
  }
  await call(tenant, { method: 'DELETE', path }, 204);

  const heardOf = () =>
    listener.heard.map(({ detail }) => detail).filter(({ resource }) => path === `/Users/${resource?.id}`);
  await listener.until('the events of a user', () =>
    LIFE.every((type) => heardOf().some((event) => event.type === type)),
  );
  const distinct = [...new Map(heardOf().map((event) => [event.id, event])).values()];
  const bySequence = distinct.toSorted((left, right) =>
    BigInt(left.sequence) < BigInt(right.sequence) ? -1 : 1,
  );
  const types = bySequence.map(({ type }) => type).join(', ');
  if (types !== LIFE.join(', '))
    throw new Error(`The sequence should be ${LIFE.join(', ')}; it is ${types}.`);
  return types;
};

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
