// The code of docs/events.md that verifies a signature accepts what is sent, and nothing else.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';
import { expect, test } from '@jest/globals';
import type { BusinessEvent } from '../../lambdas/events/event.ts';
import { webhookMessage } from '../../lambdas/webhooks/message.ts';
import { read, sectionOf } from './markdown.ts';

type Verify = (secret: string, headers: Readonly<Record<string, string>>, body: string) => unknown;

const [, code = ''] =
  /```ts\n([\s\S]*?)```/.exec(sectionOf(read('docs/events.md'), 'Verifying a signature')) ?? [];
const body = stripTypeScriptTypes(code)
  .replace(/^import .*$/m, '')
  .replace('export const verify =', 'return');
const verify = new Function('createHmac', 'timingSafeEqual', body)(createHmac, timingSafeEqual) as Verify;

const [secret, other] = ['one', 'other'].map((text) => `whsec_${Buffer.from(text).toString('base64')}`) as [
  string,
  string,
];
const event = { id: 'e1', type: 'user.created', time: '2026-11-28T08:00:00Z' } as BusinessEvent;
const message = webhookMessage(event, [secret], Date.now());

test('the code of the page accepts a message, also while two secrets sign (S4.3)', () => {
  expect(verify(secret, message.headers, message.body)).toMatchObject({ data: event });
  const both = webhookMessage(event, [other, secret], Date.now());
  expect(verify(secret, both.headers, both.body)).toMatchObject({ data: event });
});

test.each<[string, () => unknown]>([
  ['of somebody else', () => verify(other, message.headers, message.body)],
  ['that was changed', () => verify(secret, message.headers, message.body.replace('created', 'deleted'))],
  ['with another id', () => verify(secret, { ...message.headers, 'webhook-id': 'e2' }, message.body)],
  ['without headers', () => verify(secret, {}, message.body)],
  [
    'that is repeated an hour later',
    () => {
      const old = webhookMessage(event, [secret], Date.now() - 3_600_000);
      return verify(secret, old.headers, old.body);
    },
  ],
])('it refuses a message %s (S4.3)', (_, attempt) => {
  expect(attempt).toThrow(/signature|too old/);
});
