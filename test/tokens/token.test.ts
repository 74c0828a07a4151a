import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeToken, parseToken, TOKEN_EXPRESSION } from '../../lambdas/tokens/token.ts';
import { incarnation } from '../setup/fresh-tenant.ts';

const acme = incarnation('acme.t1a2b3');
const key = { tenant: acme, keyId: '7d42ad5e-8a6b-4b5e-9a64-3f1f3bb0c1aa' };

const tenants = fc.stringMatching(/^[a-z0-9-]{3,32}\.[0-9a-z]{6}$/).map(incarnation);

describe('a token', () => {
  test('names its tenant and its key, and has 32 random bytes and a checksum', () => {
    const token = makeToken(key);
    expect(token).toMatch(/^scim1\.acme\.t1a2b3\.7d42ad5e-8a6b-4b5e-9a64-3f1f3bb0c1aa\.[\w-]{43}\.[\w-]{6}$/);
    expect(token).not.toBe(makeToken(key));
  });

  test('is parsed into the tenant and key that it was made for, whatever they are', () => {
    fc.assert(
      fc.property(tenants, (tenant) => {
        const made = { tenant, keyId: randomUUID() };
        expect(parseToken(makeToken(made))).toEqual(made);
      }),
    );
  });

  test('is refused when one character was mistyped, wherever', () => {
    const token = makeToken(key);
    const alphabet = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. +/=\n',
    );
    fc.assert(
      fc.property(fc.nat(token.length - 1), alphabet, (at, typed) => {
        fc.pre(token[at] !== typed);
        expect(parseToken(token.slice(0, at) + typed + token.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  test('has the checksum of everything before it: CRC-32, big endian, base64url', () => {
    const body = `scim1.acme.t1a2b3.${key.keyId}.${'A'.repeat(43)}`;
    expect(parseToken(`${body}._9yqjw`)).toEqual(key);
    expect(parseToken(`${body}._9yqjx`)).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['another format', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['a cut end', makeToken(key).slice(0, -1)],
    ['a second copy', makeToken(key).repeat(2)],
    ['a line break behind', `${makeToken(key)}\n`],
    ['a space in front', ` ${makeToken(key)}`],
    ['a megabyte', 'scim1.'.repeat(200_000)],
  ])('is not %s', (_what, text) => {
    expect(parseToken(text)).toBeUndefined();
  });

  test('passes the expression that the gateway holds against it', () => {
    expect(makeToken(key)).toMatch(new RegExp(`^${TOKEN_EXPRESSION}$`));
  });
});
