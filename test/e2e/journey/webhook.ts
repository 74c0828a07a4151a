// A customer's product that has its events posted, signed, to an address of its own: here of this machine, which only a stack
// on this machine can reach.

import { Webhook } from 'standardwebhooks';
import * as v from 'valibot';
import { WebhookReceiver } from '../../support/webhook-receiver.ts';
import { call, createUser, operate, replacing, type Target, type TestTenant } from '../target.ts';
import { until } from '../until.ts';

const POSTED_WITHIN_SECONDS = 30;
/** What was not taken is tried again after a minute, by a rule that comes each minute. */
const TRIED_AGAIN_WITHIN_SECONDS = 150;

const secretShape = v.object({ secret: v.string() });
const troubleShape = v.object({
  trouble: v.nullable(v.object({ answer: v.string(), waiting: v.number() })),
});

export class WebhookTrial implements AsyncDisposable {
  readonly #receiver = new WebhookReceiver();
  readonly #target: Target;
  readonly #tenant: TestTenant;
  #user = '';
  #broken = 0;

  private constructor(target: Target, tenant: TestTenant) {
    this.#target = target;
    this.#tenant = tenant;
  }

  static async open(target: Target, tenant: TestTenant): Promise<WebhookTrial> {
    const trial = new WebhookTrial(target, tenant);
    await trial.#receiver.open();
    return trial;
  }

  /** Sets the webhook and creates a user, of whom it is told in a message that the secret verifies. */
  async hearOfUser(): Promise<string> {
    const { tenant } = this.#tenant;
    const set = await operate(this.#target, 'webhook', 'set', tenant, this.#receiver.url);
    this.#user = await createUser(this.#tenant, 'posted@veldt.example');
    const { headers, body } = await until('user.created to be posted', this.#soon, () =>
      this.#posted('user.created'),
    );
    // Throws unless the signature is right.
    new Webhook(v.parse(secretShape, set).secret).verify(body, headers as Record<string, string>);
    return 'user.created, signed';
  }

  /** The receiver breaks down: what happens meanwhile waits, and the operator is told why. */
  async breakDown(): Promise<string> {
    this.#receiver.answer = () => 503;
    const body = replacing('displayName', 'Posted Later');
    await call(this.#tenant, { method: 'PATCH', path: this.#user, body }, 200);
    this.#broken = Date.now();
    return until('`webhook show` to tell of trouble', this.#soon, async () => {
      const trouble = await this.#trouble();
      return trouble?.waiting === 1 && `1 event waits, because of ${trouble.answer}`;
    });
  }

  /** The receiver works again: the stack posts what waited by itself. */
  async recover(): Promise<string> {
    this.#receiver.answer = () => 204;
    await until('what waited to be posted', { ...this.#soon, seconds: TRIED_AGAIN_WITHIN_SECONDS }, () =>
      this.#posted('user.updated'),
    );
    const seconds = (Date.now() - this.#broken) / 1000;
    await until('`webhook show` to tell of no trouble', this.#soon, async () => !(await this.#trouble()));
    return `user.updated, ${seconds.toFixed(0)} s later`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#receiver.close();
  }

  get #soon() {
    return { seconds: POSTED_WITHIN_SECONDS, signal: this.#target.signal };
  }

  #posted(type: string) {
    return this.#receiver.received.find(
      ({ taken, event }) => taken && event.type === type && this.#user === `/Users/${event.resource.id}`,
    );
  }

  async #trouble() {
    const shown = await operate(this.#target, 'webhook', 'show', this.#tenant.tenant);
    return v.parse(troubleShape, shown).trouble;
  }
}
