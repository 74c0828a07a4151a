// Whether a rotation under load kept its promise, from all that was sent.

import type { Sent } from './load.ts';

export interface Rotation {
  readonly oldToken: string;
  readonly newToken: string;
  /** When somebody began to retire the old token, and when that was done. */
  readonly retiring: number;
  readonly retired: number;
  /** How long the gateway remembers that the old token was good. */
  readonly cacheSeconds: number;
}

export interface Verdict {
  /** For a person: how many requests of which kind. */
  readonly counts: string;
  readonly broken: readonly string[];
}

/** An authorizer may have read the secret just before the retirement and answered just after it. */
const IN_FLIGHT_MS = 1000;

/**
 * Before the retirement no request with either token may fail; after it and the cache time every one with the old token
 * is refused with 401, while none with the new one ever is. A phase in which nothing was sent proves nothing.
 */
export const judgeRotation = (sent: readonly Sent[], rotation: Rotation): Verdict => {
  const { oldToken, newToken, retiring, retired, cacheSeconds } = rotation;
  const gone = retired + cacheSeconds * 1000 + IN_FLIGHT_MS;
  const old = sent.filter(({ token }) => token === oldToken);
  const phases: readonly Phase[] = [
    {
      name: 'old token, before',
      requests: old.filter(({ answeredAt }) => answeredAt < retiring),
      isRight: isAccepted,
    },
    {
      name: 'old token, after',
      requests: old.filter(({ sentAt }) => sentAt > gone),
      isRight: ({ status }) => status === 401,
    },
    {
      name: 'new token',
      requests: sent.filter(({ token }) => token === newToken),
      isRight: isAccepted,
    },
    {
      name: 'old token, within the cache time',
      requests: old.filter(({ answeredAt, sentAt }) => answeredAt >= retiring && sentAt <= gone),
      isRight: (request) => isAccepted(request) || request.status === 401,
    },
  ];
  return {
    counts: phases.map(({ name, requests }) => `${requests.length} ${name}`).join('; '),
    broken: phases.flatMap(problemsOf),
  };
};

interface Phase {
  readonly name: string;
  readonly requests: readonly Sent[];
  readonly isRight: (request: Sent) => boolean;
}

const isAccepted = ({ status }: Sent): boolean => status >= 200 && status < 300;

const problemsOf = ({ name, requests, isRight }: Phase): string[] => {
  if (requests.length === 0) return [`${name}: nothing was sent`];
  const wrong = requests.filter((request) => !isRight(request));
  const [first] = wrong;
  return first
    ? [`${name}: ${wrong.length} of ${requests.length} wrong, e.g. ${first.status} ${first.why}`]
    : [];
};
