// The HTTP response that API Gateway makes of a function's result.

import * as v from 'valibot';
import { Refusal } from './refusal.ts';

const headerValue = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

const proxyResult = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
    v.integer(),
    v.minValue(100),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), headerValue), {}),
  multiValueHeaders: v.nullish(v.record(v.string(), v.array(headerValue)), {}),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
});

/** The response to send; a header with several values is a list. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** A REST API renames these headers of a function, because it sets them itself. */
const REMAPPED = new Set([
  'connection',
  'content-length',
  'date',
  'server',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/** Throws the 502 of API Gateway ("Malformed Lambda proxy response") for anything that is not a proxy result. */
export const readProxyResult = (result: unknown): HttpResponse => {
  const parsed = v.safeParse(proxyResult, result);
  if (!parsed.success) throw new Refusal('DEFAULT_5XX');
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.output;
  const all = Object.entries({ ...headers, ...multiValueHeaders }).map(([name, value]) => [
    REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name,
    value,
  ]);
  const named = Object.fromEntries(all);
  const hasType = Object.keys(named).some((name) => name.toLowerCase() === 'content-type');
  return {
    status: statusCode,
    headers: hasType ? named : { 'Content-Type': 'application/json', ...named },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
};
