// Receives the messages of a tenant's webhook.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../../bin/local/process/listen.ts';

/** The members of an event that tests read. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  readonly resource: { readonly id: string; readonly userName?: string; readonly displayName?: string };
  readonly member?: { readonly id: string };
}

export interface WebhookReceiver {
  readonly url: string;
  /** The events received, each once. */
  readonly events: () => readonly ReceivedEvent[];
  readonly stop: () => Promise<void>;
}

export const startWebhookReceiver = async (): Promise<WebhookReceiver> => {
  const received = new Map<string, ReceivedEvent>();
  const server = createServer(async (message, response) => {
    const { data } = JSON.parse(await text(message)) as { data: ReceivedEvent };
    received.set(data.id, data);
    response.writeHead(204).end();
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { url: `http://127.0.0.1:${port}/hook`, events: () => [...received.values()], stop };
};
