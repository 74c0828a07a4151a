// The digests that requests to AWS are signed with, by published vectors.

import { expect, test } from '@jest/globals';
import { Sha256 } from '../../../lib/bundles/sdk/sha256.ts';

const hex = async (hash: Sha256) => Buffer.from(await hash.digest()).toString('hex');
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('the digest of "abc" (FIPS 180-2, appendix B.1), in parts and once more after a reset', async () => {
  const hash = new Sha256();
  hash.update('a');
  hash.update(Buffer.from('bc'));
  expect(await hex(hash)).toBe(ABC);
  hash.reset();
  hash.update('abc');
  expect(await hex(hash)).toBe(ABC);
});

test.each([
  ['text', 'Jefe'],
  ['bytes', new Uint8Array(Buffer.from('Jefe'))],
  ['a buffer', new Uint8Array(Buffer.from('Jefe')).buffer],
])('the HMAC of RFC 4231, test case 2, with the key as %s', async (_, key) => {
  const hash = new Sha256(key);
  hash.update('what do ya want for nothing?');
  expect(await hex(hash)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
});
