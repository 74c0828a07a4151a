import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { signingSecret, signingSecrets } from '../../lambdas/webhooks/signing-secrets.ts';
import { incarnation } from '../setup/fresh-tenant.ts';

const SECRET = 'one secret of a deployment';
const acme = incarnation('acme.t1a2b3');

test('a signing secret is HMAC-SHA-256 of a label, the incarnation and the generation, between zero bytes', () => {
  // By hand: printf 'webhook\0acme.t1a2b3\0001' | openssl dgst -sha256 -hmac "$SECRET" -binary | base64
  expect(signingSecret(SECRET, acme, 1)).toBe('whsec_b8gOUcY++PcNCzDzCVDXy2OQJ4FvMmRwdcFmZDXLvzQ=');
  const text = Buffer.from([...Buffer.from('webhook'), 0, ...Buffer.from('acme.t1a2b3'), 0, 0x32]);
  const key = createHmac('sha256', SECRET).update(text).digest();
  expect(key).toHaveLength(32);
  expect(signingSecret(SECRET, acme, 2)).toBe(`whsec_${key.toString('base64')}`);
});

test('no two have one in common: of generations, incarnations, tenants and deployments', () => {
  const all = [SECRET, `${SECRET}2`].flatMap((secret) =>
    ['acme.t1a2b3', 'acme.t1a2b4', 'acme2.t1a2b3'].flatMap((tenant) =>
      [1, 2, 11].map((generation) => signingSecret(secret, incarnation(tenant), generation)),
    ),
  );
  expect(new Set(all).size).toBe(18);
});

test('after a rotation of the deployment secret there are two of each generation, the current first', () => {
  const [older, newer] = ['older', 'newer'].map((value) => ({ value, madeAt: new Date(0) }));
  if (!older || !newer) throw new Error();
  expect(signingSecrets([newer, older], acme, [2, 1])).toEqual([
    signingSecret('newer', acme, 2),
    signingSecret('newer', acme, 1),
    signingSecret('older', acme, 2),
    signingSecret('older', acme, 1),
  ]);
});
