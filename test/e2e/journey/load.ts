// A steady stream of requests, as Entra's several workers send them: at their time, whether or not the ones before are
// answered.

import { ScimClient, type ScimRequest } from '../../../bin/simulate/client.ts';
import { replacing } from '../target.ts';

/** One request of the load: with which token it was sent, when, and how it ended (0: without an answer). */
export interface Sent {
  readonly token: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
  readonly why: string;
}

/** As many connections as Entra's workers have. Without a limit, a server that falls behind would never recover. */
const CONNECTIONS = 8;

export class Load {
  readonly sent: Sent[] = [];
  readonly #client: ScimClient;
  readonly #timer: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<void>>();
  #tokens: readonly string[];
  #count = 0;
  #newest: string | undefined;

  constructor(tenantUrl: string, token: string, perSecond: number) {
    this.#client = new ScimClient(tenantUrl, token, CONNECTIONS);
    this.#tokens = [token];
    const started = performance.now();
    // A timer drifts and is late when the machine is busy: what is due is counted by the clock.
    this.#timer = setInterval(() => {
      const due = ((performance.now() - started) / 1000) * perSecond;
      while (this.#count < due && this.#underWay.size < CONNECTIONS) this.#send();
    }, 10);
  }

  /** From now on every request takes the next of these tokens. */
  use(...tokens: string[]): void {
    this.#tokens = tokens;
  }

  /** Ends the load when the last request is answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    this.#client.close();
  }

  #send(): void {
    const number = this.#count++;
    const token = this.#tokens[number % this.#tokens.length] ?? '';
    const sentAt = Date.now();
    const answered = this.#client
      .send({ ...requestOf(number, this.#newest), token })
      .then(({ status, failure, text, headers }) => {
        this.sent.push({ token, sentAt, answeredAt: Date.now(), status, why: failure ?? text });
        if (status === 201) this.#newest = `/Users/${headers.location?.split('/').at(-1)}`;
      })
      .finally(() => this.#underWay.delete(answered));
    this.#underWay.add(answered);
  }
}

/**
 * A round as Entra takes it with one user after another: looked for, created, read, changed; then a group is looked for. The
 * user that is read and changed is the `newest`, its creation may still be under way. The number of requests in a round is
 * odd, so that two tokens take turns with each.
 */
const requestOf = (number: number, newest: string | undefined): ScimRequest => {
  const userName = `load-${Math.floor(number / 5)}@veldt.example`;
  switch (number % 5) {
    case 0:
      return { method: 'GET', path: '/Users', query: { filter: `userName eq "${userName}"` } };
    case 1:
      return { method: 'POST', path: '/Users', body: { schemas: [USER], userName, active: true } };
    case 2:
      return { method: 'GET', path: newest ?? '/ServiceProviderConfig' };
    case 3:
      return newest
        ? { method: 'PATCH', path: newest, body: replacing('displayName', `Load ${number}`) }
        : { method: 'GET', path: '/Schemas' };
    default:
      return { method: 'GET', path: '/Groups', query: A_GROUP };
  }
};

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const A_GROUP = { filter: 'displayName eq "Load"', excludedAttributes: 'members' };
