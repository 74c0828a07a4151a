// The schedule of retries over hours of a clock that the test moves, with an endpoint that goes on refusing.

import '../support/own-table.ts';
import { describe, expect, jest, test } from '@jest/globals';
import { countBacklog } from '../../lambdas/webhooks/backlog-table.ts';
import { findRetry } from '../../lambdas/webhooks/retries-table.ts';
import { enableWebhook } from '../../lambdas/webhooks/webhooks.ts';
import { eventOf, events, idsOf, MINUTE, receiver, retryAt, send, tenant } from '../support/webhook-trial.ts';

// Hundreds of rounds, which DynamoDB Local takes a minute for.
jest.setTimeout(180_000);

const start = Date.now();
let clock: number;
const setClock = (ms: number) => {
  clock = ms;
  jest.spyOn(Date, 'now').mockImplementation(() => clock);
};

/** Moves the clock by minutes; each brings an event of either type, and a round of retries like the schedule's. */
const live = async (minutes: number, eachMinute: (sum: { taken: number; givenUp: number }) => unknown) => {
  for (let minute = 0; minute < minutes; minute++) {
    setClock(clock + MINUTE);
    await send(eventOf('user.updated'), eventOf('group.updated'));
    clock += 5000;
    await eachMinute(await retryAt(clock));
    clock -= 5000;
  }
};

describe('an endpoint that refuses one event a minute', () => {
  test('gets its backlog all the same: no event waits for longer than a retry takes (S2.6)', async () => {
    setClock(start);
    const tried = new Set<string>();
    receiver.answer = ({ id, type }) => {
      if (type === 'user.updated' || tried.has(id)) return 204;
      tried.add(id);
      return 500;
    };
    let longest = 0;
    await live(2 * 60, async () => {
      longest = Math.max(longest, await countBacklog(tenant));
    });
    expect(longest).toBeLessThanOrEqual(4);
    expect(new Set(receiver.taken).size).toBeGreaterThanOrEqual(2 * 2 * 60 - 4);
  });

  test('and never takes it has it given up after a day, while the others arrive (S2.6)', async () => {
    setClock(start);
    receiver.answer = ({ type }) => (type === 'user.updated' ? 204 : 500);
    const refused = Array.from({ length: 3 }, () => eventOf('group.updated'));
    await send(...refused);
    let givenUp = 0;
    let taken = 0;
    for (let minute = 10; minute < 26 * 60; minute += 10) {
      setClock(start + minute * MINUTE);
      await send(eventOf('user.updated'), eventOf('group.updated'));
      const round = await retryAt(clock + 5000);
      givenUp += round.givenUp;
      taken += round.taken;
    }
    expect({ taken, enough: givenUp >= 3 }).toEqual({ taken: 0, enough: true });
    expect(await countBacklog(tenant)).toBeLessThanOrEqual(24 * 6 + 4);
  });

  test('of all that it gets is disabled after a day (S2.6)', async () => {
    setClock(start);
    receiver.answer = () => 400;
    let disabled = 0;
    // A refusal every minute for an hour, then one in a quarter of an hour.
    for (let minute = 0; minute <= 25 * 60 && disabled === 0; minute += minute < 60 ? 1 : 15) {
      setClock(start + minute * MINUTE);
      await send(eventOf());
      disabled += (await retryAt(clock + 5000)).disabled;
    }
    expect((await findRetry(tenant))?.failures).toBeGreaterThan(50);
    expect(disabled).toBe(1);
    expect(await findRetry(tenant)).toMatchObject({ suspended: true, retryAtMs: undefined });
  });
});

describe('a running round', () => {
  /** Something happens while the first message of a round is at the endpoint. */
  const during = async (happens: () => Promise<unknown>, answers: { waiting: number; news: number }) => {
    setClock(start);
    receiver.answer = () => 500;
    const waiting = events(2);
    await send(...waiting);
    setClock(start + MINUTE);
    receiver.answer = ({ id }) => (idsOf(waiting).includes(id) ? answers.waiting : answers.news);
    receiver.before = async () => {
      receiver.before = async () => {};
      await happens();
    };
    await retryAt(clock);
  };
  const arrives = () => send(eventOf());

  test('that empties the backlog does not end the retry of an event that was refused meanwhile (S2.6)', async () => {
    await during(arrives, { waiting: 204, news: 500 });
    const retry = await findRetry(tenant);
    expect(retry).toMatchObject({ suspended: false, answer: 'HTTP 500' });
    expect(await countBacklog(tenant)).toBe(1);
    receiver.answer = () => 204;
    await retryAt(retry?.retryAtMs ?? 0);
    expect(await countBacklog(tenant)).toBe(0);
  });

  test('that fails counts its failure without the time at which a delivery was accepted meanwhile being lost (S2.6)', async () => {
    await during(arrives, { waiting: 500, news: 204 });
    expect(await findRetry(tenant)).toMatchObject({ failures: 1, takenAtMs: clock, sinceMs: clock });
  });

  test('does not undo what an operator enabled meanwhile (S2.6)', async () => {
    await during(() => enableWebhook(tenant), { waiting: 500, news: 500 });
    expect(await findRetry(tenant)).toMatchObject({ failures: 0, retryAtMs: clock });
  });

  test('does not undo that a delivery suspended the webhook meanwhile (S2.6)', async () => {
    await during(arrives, { waiting: 204, news: 503 });
    expect(await findRetry(tenant)).toMatchObject({
      suspended: true,
      answer: 'HTTP 503',
      retryAtMs: clock + MINUTE,
    });
  });
});
