// Secrets Manager whose reads are stale after each write, as those of an eventually consistent store may be.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';
import { SecretsManagerError } from '../../bin/local/secrets-manager/errors.ts';
import { operations } from '../../bin/local/secrets-manager/operations.ts';
import type { Secret } from '../../bin/local/secrets-manager/secret.ts';
import { deploymentSecret } from '../setup/deployment-secret.ts';

const READS = ['GetSecretValue', 'DescribeSecret', 'ListSecretVersionIds', 'ListSecrets'];

/** The store, and the client for it. */
export interface StaleSecretsManager {
  readonly client: SecretsManagerClient;
  /** From now on, this many reads after each write answer the state before that write; `Infinity`: before the first. */
  readonly goStale: (reads: number) => void;
  /** Takes a snapshot; the function answers that many of the next reads from it. */
  readonly snapshot: () => (reads: number) => void;
  readonly stop: () => Promise<void>;
}

/** Starts it with the deployment secret of the tests, up to date until `goStale`. */
export const startStaleSecretsManager = async (): Promise<StaleSecretsManager> => {
  const secrets = new Map<string, Secret>();
  let before = secrets;
  let [reads, left] = [0, 0];
  const call = (name: string, input: never): object => {
    const operation = operations[name];
    if (!operation) throw new Error(`There is no ${name}.`);
    if (!READS.includes(name)) {
      if (left !== Number.POSITIVE_INFINITY) before = structuredClone(secrets);
      left = reads;
      return operation(secrets, input);
    }
    return operation(left-- > 0 ? before : secrets, input);
  };
  call('CreateSecret', deploymentSecret as never);
  const server = createServer(async (request, response) => {
    const name = String(request.headers['x-amz-target']).replace('secretsmanager.', '');
    const input = JSON.parse(await text(request)) as never;
    try {
      response.end(JSON.stringify(call(name, input)));
    } catch (error) {
      if (!(error instanceof SecretsManagerError)) throw error;
      response.writeHead(400).end(JSON.stringify({ __type: error.type, Message: error.message }));
    }
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  const client = new SecretsManagerClient({ endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 });
  return {
    client,
    goStale: (count) => {
      reads = count;
    },
    snapshot: () => {
      const taken = structuredClone(secrets);
      return (count) => {
        [before, left] = [taken, count];
      };
    },
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
};
