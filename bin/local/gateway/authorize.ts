// Invokes the TOKEN authorizer once per token, and caches its policy for as long as the template says.

import * as v from 'valibot';
import { FunctionError } from '../functions/function-error.ts';
import type { InvokeFunction } from '../functions/host.ts';
import type { LocalAuthorizer } from '../stack/gateway.ts';
import { type AuthorizerResult, authorizerResult, isAllowed, isTooLarge } from './policy.ts';
import { Refusal } from './refusal.ts';

/** API Gateway's own limit. */
const AUTHORIZER_TIMEOUT_MS = 10_000;

type Authorize = (
  authorizer: LocalAuthorizer,
  token: string | undefined,
  methodArn: string,
) => Promise<Authorized>;

interface Authorized {
  /** What the function finds in `requestContext.authorizer`. */
  readonly context: Readonly<Record<string, string>>;
  /** The API key that the request is throttled by. */
  readonly apiKey: string | undefined;
}

/** The check of requests, with its cache. */
export interface Authorization {
  readonly authorize: Authorize;
  /** Discards all cached policies. */
  readonly flush: () => void;
}

/**
 * Returns the check that every request passes: it throws a `Refusal`, or resolves to what goes with the request. The policy is
 * evaluated for every request, even when it is cached: this is what confines a token to its own tenant.
 */
export const createAuthorization = (invoke: InvokeFunction): Authorization => {
  const cache = new Map<string, { readonly result: AuthorizerResult; readonly expiresAtMs: number }>();

  const ask = async (authorizer: LocalAuthorizer, authorizationToken: string, methodArn: string) => {
    const cached = cache.get(`${authorizer.functionName} ${authorizationToken}`);
    if (cached && cached.expiresAtMs > Date.now()) return cached.result;
    const event = { type: 'TOKEN', authorizationToken, methodArn };
    const parsed = v.safeParse(
      authorizerResult,
      await invoke(authorizer.functionName, event, AUTHORIZER_TIMEOUT_MS).catch(refuse),
    );
    if (!parsed.success || isTooLarge(parsed.output)) throw new Refusal('AUTHORIZER_CONFIGURATION_ERROR');
    const expiresAtMs = Date.now() + authorizer.cacheSeconds * 1000;
    cache.set(`${authorizer.functionName} ${authorizationToken}`, { result: parsed.output, expiresAtMs });
    return parsed.output;
  };

  const authorize: Authorize = async (authorizer, token, methodArn) => {
    if (!token || authorizer.validation?.test(token) === false)
      throw new Refusal('UNAUTHORIZED', { wasChecked: false });
    const result = await ask(authorizer, token, methodArn);
    if (!isAllowed(result, methodArn)) throw new Refusal('ACCESS_DENIED');
    const { context, principalId, usageIdentifierKey } = result;
    return { context: { ...context, principalId }, apiKey: usageIdentifierKey };
  };
  return { authorize, flush: () => cache.clear() };
};

/** The only error message with a meaning: API Gateway turns it into 401, and any other into 500. */
const refuse = (error: unknown): never => {
  const isUnauthorized = error instanceof FunctionError && error.message === 'Unauthorized';
  if (!isUnauthorized) throw new Refusal('AUTHORIZER_FAILURE');
  throw new Refusal('UNAUTHORIZED', { cause: typeof error.cause === 'string' ? error.cause : undefined });
};
