// How many filters a second one core evaluates, and the costliest that a client can send: npm run bench:filter.
// Exits 1 when a walk through a directory would wait for its filter.

import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import { parseFilter } from '../../lambdas/scim/filter/filter.ts';
import { matches } from '../../lambdas/scim/filter/match.ts';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';

const FILTER = 'userName eq "x" and (emails[type eq "work" and value co "@acme"] or not (active eq true))';
const ROUNDS = 5;
const SECONDS_PER_ROUND = 0.5;

/** Half of them have the user name, so that half of the evaluations go through the whole filter. */
const users = Array.from(
  { length: 1000 },
  (_, index): JsonObject => ({
    id: `user-${index}`,
    userName: index % 2 === 0 ? 'X' : `person.${index}@acme.example`,
    active: index % 3 !== 0,
    emails: [
      { type: 'home', primary: false, value: `p${index}@home.example` },
      { type: 'work', primary: true, value: index % 4 === 0 ? 'p@Acme.example' : 'p@other.example' },
    ],
  }),
);

/** The best of a few rounds: what the core does when nobody else wants it. */
const perSecond = (work: (user: JsonObject) => boolean): number => {
  let best = 0;
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    let evaluations = 0;
    let microseconds = 0;
    while (microseconds < SECONDS_PER_ROUND * 1e6) {
      for (const user of users) if (work(user)) found += 1;
      evaluations += users.length;
      const used = process.cpuUsage(start);
      microseconds = used.user + used.system;
    }
    best = Math.max(best, (evaluations * 1e6) / microseconds);
  }
  if (found === 0) throw new Error('The filter finds nobody: the measurement measures something else.');
  return Math.round(best);
};

/** CPU milliseconds that 4 KB of conditions take over a resource, also when they are given up as too many. */
const costOf = (condition: string, resource: JsonObject): number => {
  const conditions = Array<string>(Math.floor(4096 / (condition.length + ' or '.length))).fill(condition);
  const filter = parseFilter(conditions.join(' or '), userType);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    try {
      matches(filter, resource);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...rounds);
};

/** Resources of 400 KB, the most that a DynamoDB item holds. */
const ims = Array.from(
  { length: 16_000 },
  (_, index): JsonObject => ({ value: `someone-${10_000 + index}` }),
);
const costs = [
  costOf('ims co "q"', { ims }),
  costOf('ims[value co "q"]', { ims }),
  costOf('not (ims[type pr])', { ims }),
  costOf('title co "q"', { title: 'A'.repeat(400_000) }),
  costOf('title co "q"', { title: 'é'.repeat(200_000) }),
  costOf('title co "é"', { title: 'é'.repeat(200_000) }),
];
const milliseconds = Math.round(Math.max(...costs));

const filter = parseFilter(FILTER, userType);
const evaluated = perSecond((user) => matches(filter, user));
const parsed = perSecond((user) => matches(parseFilter(FILTER, userType), user));

console.log(FILTER);
console.log(`evaluate             ${evaluated.toLocaleString('en-US').padStart(9)} per second per core`);
console.log(`parse and evaluate   ${parsed.toLocaleString('en-US').padStart(9)} per second per core`);
console.log(`costliest filter     ${milliseconds.toLocaleString('en-US').padStart(9)} ms over 400 KB`);
if (evaluated < 100_000 || milliseconds > 250) {
  console.error('Too slow: at least 100,000 evaluations a second and at most 250 ms are allowed.');
  process.exitCode = 1;
}
