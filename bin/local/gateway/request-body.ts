// Reads a request's body as API Gateway does: as text, up to its limit.

import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

const MAX_BYTES = 10 * 1024 * 1024;

/** The body as UTF-8 text, empty when there is none; throws REQUEST_TOO_LARGE as soon as it exceeds 10 MB. */
export const readBody = async (message: IncomingMessage): Promise<string> => {
  if (Number(message.headers['content-length'] ?? 0) > MAX_BYTES) throw new Refusal('REQUEST_TOO_LARGE');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Refusal('REQUEST_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
