// The only place that talks to the endpoints of webhooks.

import type { WebhookMessage } from './message.ts';

/** What became of a message: taken, which is an answer of 2xx in time, or not. */
export type PostResult =
  | { readonly taken: true }
  | {
      readonly taken: false;
      /** For an operator: `HTTP 503`, `no answer within 15 s`. */
      readonly answer: string;
      /** It would take nothing else now either. Otherwise it may be this message alone that it refuses. */
      readonly isDown: boolean;
      /** The endpoint says that it wants nothing any more: 410, by the specification. */
      readonly gone?: boolean;
    };

const TIMEOUT_SECONDS = 15;

/** Gone, too many requests, and what a gateway answers for a server that does not. */
const DOWN_STATUSES: readonly number[] = [410, 429, 502, 503, 504];

/** A function that was frozen may find several connections dead that it kept. */
const ATTEMPTS = 3;

/** Posts a message. Redirects are not followed: the endpoint is what the operator has set. Never rejects. */
export const post = async (url: string, { headers, body }: WebhookMessage): Promise<PostResult> => {
  const signal = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.body?.cancel();
      if (response.ok) return { taken: true };
      const { status } = response;
      const isDown = DOWN_STATUSES.includes(status);
      return { taken: false, answer: `HTTP ${status}`, isDown, gone: status === 410 };
    } catch (error) {
      if (attempt < ATTEMPTS && isLostConnection(error)) continue;
      return { taken: false, answer: reasonOf(error), isDown: true };
    }
  }
};

/** Its end may have come between two messages, unnoticed: no word about this one. */
const isLostConnection = (error: unknown): boolean =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');

/** fetch says little itself; its cause is an error of the network with a code. */
const reasonOf = (error: unknown): string => {
  if ((error as Error).name === 'TimeoutError') return `no answer within ${TIMEOUT_SECONDS} s`;
  const code = codeOf(error);
  return code ? `no answer (${code})` : 'no answer';
};

const codeOf = (error: unknown): string | undefined =>
  (error as { readonly cause?: { readonly code?: string } }).cause?.code;
