// The only place that talks to the endpoints of webhooks.

import type { WebhookMessage } from './webhook-message.ts';

/** What became of a message: taken, which is an answer of 2xx in time, or not. */
export type Outcome =
  | { readonly taken: true }
  | {
      readonly taken: false;
      /** For an operator: `HTTP 503`, `no answer within 10 s`. */
      readonly answer: string;
      /** The endpoint says that it wants nothing any more: 410, by the specification. */
      readonly gone?: boolean;
    };

const TIMEOUT_SECONDS = 10;

/** Posts a message. Redirects are not followed: the endpoint is what the operator has set. Never rejects. */
export const post = async (url: string, { headers, body }: WebhookMessage): Promise<Outcome> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
    });
    await response.body?.cancel();
    if (response.ok) return { taken: true };
    return { taken: false, answer: `HTTP ${response.status}`, gone: response.status === 410 };
  } catch (error) {
    return { taken: false, answer: reasonOf(error) };
  }
};

/** fetch says little itself; its cause is an error of the network with a code. */
const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_SECONDS} s`;
  return cause?.code ? `no answer (${cause.code})` : 'no answer';
};
