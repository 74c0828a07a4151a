// A steady stream of requests, as Entra's several workers send them: at their time, whether or not the ones before are
// answered.

import { ScimClient, type ScimRequest } from '../../bin/simulate/client.ts';

/** One request of the load: with which token it was sent, when, and how it ended (0: without an answer). */
export interface Sent {
  readonly token: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
  readonly why: string;
}

const CREATE_EVERY = 5;
/** As many connections as Entra's workers have. Without a limit, a server that falls behind would never recover. */
const CONNECTIONS = 8;

export class Load {
  readonly sent: Sent[] = [];
  readonly #client: ScimClient;
  readonly #timer: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<void>>();
  #tokens: readonly string[];
  #count = 0;
  #newest = '/ServiceProviderConfig';

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
      .send({ ...this.#requestOf(number), token })
      .then(({ status, failure, text, headers }) => {
        this.sent.push({ token, sentAt, answeredAt: Date.now(), status, why: failure ?? text });
        if (status === 201) this.#newest = `/Users/${headers.location?.split('/').at(-1)}`;
      })
      .finally(() => this.#underWay.delete(answered));
    this.#underWay.add(answered);
  }

  /** Now and then a new user; else the newest is read. (Look-ups by name take an emulator as long as it has items.) */
  #requestOf(number: number): ScimRequest {
    if (number % CREATE_EVERY !== 0) return { method: 'GET', path: this.#newest };
    const userName = `load-${number}@veldt.example`;
    return { method: 'POST', path: '/Users', body: { schemas: [USER], userName } };
  }
}

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
