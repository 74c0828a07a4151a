// Simulates a killed function: from a chosen write or call on, nothing that it sends arrives, or only the answer is lost.

import { bus } from '../../lambdas/events/bus.ts';
import { documents } from '../../lambdas/table/client.ts';

/** `beforeWrite`: the write is never sent; `afterWrite`: it succeeds, but the answer is lost. */
export type Cut = 'beforeWrite' | 'afterWrite';

let armed: { cut: Cut; left: number; atReads: boolean } | undefined;
let dead = false;
let writes = 0;
let calls = 0;

class Killed extends Error {
  override readonly name = 'Killed';
}

const sendUnlessDead = async <Result>(commandName: unknown, send: () => Promise<Result>): Promise<Result> => {
  if (dead) throw new Killed();
  calls++;
  const isRead = /Get|Query/.test(String(commandName));
  if (!isRead) writes++;
  if (isRead && !armed?.atReads) return send();
  const isLast = armed !== undefined && --armed.left === 0;
  if (!isLast) return send();
  dead = true;
  if (armed?.cut === 'afterWrite') await send();
  throw new Killed();
};

const position = { step: 'initialize', name: 'faults', priority: 'high' } as const;
documents.middlewareStack.add(
  (next, { commandName }) =>
    (args) =>
      sendUnlessDead(commandName, () => next(args)),
  position,
);
bus.middlewareStack.add(
  (next, { commandName }) =>
    (args) =>
      sendUnlessDead(commandName, () => next(args)),
  position,
);

/** Kills at the `nth` write from now, counted from 1. */
export const killAtWrite = (nth: number, cut: Cut): void => {
  armed = { cut, left: nth, atReads: false };
};

/** Kills at the `nth` call from now, reads included, counted from 1. */
export const killAtCall = (nth: number, cut: Cut): void => {
  armed = { cut, left: nth, atReads: true };
};

/** Whether it was killed; from now on everything works again. */
export const revive = (): boolean => {
  const wasDead = dead;
  armed = undefined;
  dead = false;
  return wasDead;
};

/** The number of writes and publications that `work` makes. */
export const countWrites = async (work: () => Promise<unknown>): Promise<number> => {
  writes = 0;
  await work();
  return writes;
};

/** The number of calls that `work` makes, reads included. */
export const countCalls = async (work: () => Promise<unknown>): Promise<number> => {
  calls = 0;
  await work();
  return calls;
};
