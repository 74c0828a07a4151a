// Posts messages to webhook endpoints. The only file that does.

import type { WebhookMessage } from './message.ts';

/** The outcome of a post: taken, which is a 2xx answer in time, or not. */
export type PostResult =
  | { readonly taken: true }
  | {
      readonly taken: false;
      /** For the operator: `HTTP 503`, `no answer within 15 s`. */
      readonly answer: string;
      /** Whether the endpoint would refuse any message now; otherwise it may be just this one. */
      readonly isDown: boolean;
      /** Whether the endpoint asked for no more messages: status 410, by the specification. */
      readonly gone?: boolean;
    };

const TIMEOUT_SECONDS = 15;

/** Gone, too many requests, and what a gateway answers for a server that is down. */
const DOWN_STATUSES: readonly number[] = [410, 429, 502, 503, 504];

/** After a freeze, several kept-alive connections of a function may be dead. */
const ATTEMPTS = 3;

/** Posts a message, within 15 s. Redirects are not followed: the endpoint is the URL that the operator set. Never rejects. */
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

/** A kept-alive connection may have died between two messages, which says nothing about the endpoint. */
const isLostConnection = (error: unknown): boolean =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');

/** The error of fetch says little; its cause is a network error with a code. */
const reasonOf = (error: unknown): string => {
  if ((error as Error).name === 'TimeoutError') return `no answer within ${TIMEOUT_SECONDS} s`;
  const code = codeOf(error);
  return code ? `no answer (${code})` : 'no answer';
};

const codeOf = (error: unknown): string | undefined =>
  (error as { readonly cause?: { readonly code?: string } }).cause?.code;
