import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasValidMac, makeToken, parseToken, TOKEN_EXPRESSION } from '../../lambdas/credentials/token.ts';
import { incarnation } from '../setup/fresh-tenant.ts';

const acme = incarnation('acme.t1a2b3');
const key = { tenant: acme, keyId: '7d42ad5e-8a6b-4b5e-9a64-3f1f3bb0c1aa' };
const SECRET = 'one secret of a deployment';

const tenants = fc.stringMatching(/^[a-z0-9-]{3,32}\.[0-9a-z]{6}$/).map(incarnation);

describe('a token', () => {
  test('names its tenant and its key, and has 32 random bytes and a MAC', () => {
    const token = makeToken(key, SECRET);
    expect(token).toMatch(/^scim1\.acme\.t1a2b3\.7d42ad5e-8a6b-4b5e-9a64-3f1f3bb0c1aa\.[\w-]{43}\.[\w-]{6}$/);
    expect(token).not.toBe(makeToken(key, SECRET));
  });

  test('is parsed into the tenant and key that it was made for, whatever they are', () => {
    fc.assert(
      fc.property(tenants, (tenant) => {
        const made = { tenant, keyId: randomUUID() };
        expect(parseToken(makeToken(made, SECRET))).toEqual(made);
      }),
    );
  });

  test('has no MAC any more when one character was mistyped, wherever', () => {
    const token = makeToken(key, SECRET);
    const alphabet = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. +/=\n',
    );
    fc.assert(
      fc.property(fc.nat(token.length - 1), alphabet, (at, typed) => {
        fc.pre(token[at] !== typed);
        const mistyped = token.slice(0, at) + typed + token.slice(at + 1);
        expect(parseToken(mistyped) !== undefined && hasValidMac(mistyped, SECRET)).toBe(false);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['another format', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['a cut end', makeToken(key, SECRET).slice(0, -1)],
    ['a second copy', makeToken(key, SECRET).repeat(2)],
    ['a line break behind', `${makeToken(key, SECRET)}\n`],
    ['a space in front', ` ${makeToken(key, SECRET)}`],
    ['a megabyte', 'scim1.'.repeat(200_000)],
  ])('is not %s', (_what, text) => {
    expect(parseToken(text)).toBeUndefined();
  });

  test('passes the expression that the gateway holds against it', () => {
    expect(makeToken(key, SECRET)).toMatch(new RegExp(`^${TOKEN_EXPRESSION}$`));
  });
});

describe('the MAC of a token', () => {
  const body = `scim1.acme.t1a2b3.${key.keyId}.${'A'.repeat(43)}`;

  test('is the first 36 bits of HMAC-SHA-256 of everything before it, behind a label, in base64url', () => {
    // By hand: printf 'token\0%s' "$body" | openssl dgst -sha256 -hmac "$SECRET" -binary | basenc --base64url | head -c 6
    expect(hasValidMac(`${body}.wFnstd`, SECRET)).toBe(true);
    const bits = createHmac('sha256', SECRET)
      .update(Buffer.concat([Buffer.from('token'), Buffer.from([0]), Buffer.from(body)]))
      .digest()
      .readUIntBE(0, 5);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const first36 = Math.floor(bits / 16);
    const mac = Array.from({ length: 6 }, (_, i) => letters[Math.floor(first36 / 64 ** (5 - i)) % 64]);
    expect(mac.join('')).toBe('wFnstd');
  });

  test('is another one under another secret', () => {
    const token = makeToken(key, SECRET);
    expect(hasValidMac(token, SECRET)).toBe(true);
    expect(hasValidMac(token, `${SECRET}.`)).toBe(false);
  });
});
