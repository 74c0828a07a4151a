// A webhook endpoint on this machine: keeps the messages, and answers as the test decides.

import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';
import type { BusinessEvent } from '../../lambdas/events/event.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: BusinessEvent;
  readonly taken: boolean;
}

export class WebhookReceiver {
  readonly received: Received[] = [];
  /** The status for an event; undefined to leave it without an answer. */
  answer: (event: BusinessEvent) => number | undefined = () => 204;
  /** Awaited before each answer. */
  before: () => Promise<unknown> = async () => {};
  #port = 0;
  #stop: () => Promise<void> = async () => {};

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** The ids of the events that it accepted, in order of arrival. */
  get taken(): string[] {
    return this.received.filter(({ taken }) => taken).map(({ event }) => event.id);
  }

  async open(): Promise<void> {
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const event: BusinessEvent = JSON.parse(body).data;
      const status = this.answer(event);
      const taken = status !== undefined && status >= 200 && status < 300;
      this.received.push({ headers: request.headers, body, event, taken });
      if (status === undefined) return;
      await this.before();
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {});
      response.end();
    });
    const { port, stop } = await listenOnLoopback(server, 0);
    this.#port = port;
    this.#stop = stop;
  }

  close(): Promise<void> {
    return this.#stop();
  }
}
