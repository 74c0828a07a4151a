// Replaces @smithy/core/checksum in the bundles. The clients use only SHA-256, to sign requests, and Node provides it by
// OpenSSL; the package also brings a JavaScript implementation.

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/** A digest, or with a secret an HMAC. */
export class Sha256 {
  readonly #start: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(secret?: string | NodeJS.ArrayBufferView | ArrayBuffer) {
    const key = secret instanceof ArrayBuffer ? Buffer.from(secret) : secret;
    this.#start = key ? () => createHmac('sha256', key) : () => createHash('sha256');
    this.#hash = this.#start();
  }

  update(data: string | NodeJS.ArrayBufferView): void {
    this.#hash.update(data);
  }

  /** 32 bytes. After it, only `reset` may be called. */
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  /** Starts again with the same secret. */
  reset(): void {
    this.#hash = this.#start();
  }
}
