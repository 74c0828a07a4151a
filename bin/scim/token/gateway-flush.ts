// A token has ended only when the gateway has forgotten it too.

import { flushAuthorizerCache } from '../../shared/api-gateway.ts';
import type { Context } from '../command/context.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** Flushes; resolves to the error for the operator if that fails. `done` is what has happened, the start of its sentence. */
type Flush = (done: string) => Promise<OperatorError | undefined>;

/** The flush of the tokens that the gateway remembers. Throws before anything is changed if the stack does not name its API. */
export const gatewayFlush = ({ deployment: { outputs, name } }: Pick<Context, 'deployment'>): Flush => {
  const [restApiId, stageName] = [
    requireOutput(outputs, 'RestApiId', name),
    requireOutput(outputs, 'StageName', name),
  ];
  return async (done) => {
    try {
      await flushAuthorizerCache(restApiId, stageName);
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.name : String(error);
      return new OperatorError(
        `${done}, but the gateway's cache could not be flushed (${reason}): it may accept what it remembers until the cache ` +
          'expires, 5 minutes unless configured otherwise. Repeat this command.',
      );
    }
  };
};
