// A Secrets Manager that is eventually consistent: after a write, reads go on answering as before it for a while.

import { jest } from '@jest/globals';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';

const READS = ['GetSecretValueCommand', 'DescribeSecretCommand', 'ListSecretVersionIdsCommand'];

/** The first `stale` reads after each write answer as the same read did before; reads that are new answer as it is. */
export const playStaleSecrets = (stale: number): void => {
  const send = secrets.send.bind(secrets) as (command: object) => Promise<unknown>;
  const known = new Map<string, Promise<unknown>>();
  let left = 0;
  jest.spyOn(secrets, 'send').mockImplementation(((command: { readonly input: object }) => {
    const { name } = command.constructor;
    if (!READS.includes(name)) {
      left = stale;
      return send(command);
    }
    const what = `${name} ${JSON.stringify(command.input)}`;
    const before = known.get(what);
    if (left > 0 && before) {
      left -= 1;
      return before;
    }
    const answer = send(command);
    answer.catch(() => {});
    known.set(what, answer);
    return answer;
  }) as never);
};
