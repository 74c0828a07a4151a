// One request while a store falters, the same request again when it does not, and what is seen in between.

import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBCall, DynamoDBProxy, Fate } from '../../reports/support/dynamodb-proxy.ts';
import type { Answer } from '../../support/scim-client.ts';
import { CallCounter, type CallPlace, isDispensable } from './calls.ts';
import type { Fault } from './faults.ts';
import type { Operation, World } from './operations.ts';

export type Outcome = 'ok' | '503' | 'late' | 'WRONG';

export interface Verdict {
  readonly outcome: Outcome;
  /** What is wrong, or late; several things in one sentence each. */
  readonly reasons: readonly string[];
  readonly status: number | undefined;
  readonly ms: number;
}

/** What a client may wait for one resource, and for a walk, a bulk request or a large group. */
const LIMIT_MS = 10_000;
const LARGE_LIMIT_MS = 25_000;

/** How long no byte ends an attempt, for a single item and for a page. */
const ATTEMPT_MS = 1_000;
const PAGE_ATTEMPT_MS = 3_000;

/** What a write that the answer does not need may cost it. */
const DISPENSABLE_MS = 250;

/** The machine that tests run on is not AWS. */
const SLACK_MS = 500;

/** A client that is told to come again comes again for so long. */
const CONVERGES_WITHIN_MS = 45_000;
const SOON_MS = 6_000;

/** What a trial needs of the world around it. */
export interface Surroundings {
  readonly proxy: DynamoDBProxy;
  readonly makeWorld: (operation: Operation) => Promise<World>;
  readonly moveClock: (ms: number) => void;
  /** Has functions forget what they know of the tenant. */
  readonly forget: (world: World) => void;
  /** What clients see of the tenant, without ids. */
  readonly view: (world: World, operation: Operation) => Promise<string>;
  readonly findHalves: (world: World, operation: Operation) => Promise<readonly string[]>;
  /** How many measures `act` writes, with what it answers. */
  readonly countMetrics: <Result>(act: () => Promise<Result>) => Promise<[Result, number]>;
  readonly stop: () => void;
  /** Lets the SDK retry as in a function that was just started. */
  readonly refillRetries: () => Promise<void>;
}

/** How a request goes when nothing falters. */
export interface Course {
  readonly places: readonly CallPlace[];
  readonly before: string;
  readonly after: string;
  readonly summary: string;
}

/** Calls of `world` alone, unless the operation is tried by itself. */
const belongsTo = (world: World, operation: Operation) => {
  const isAlone = operation.afterMs !== undefined || operation.isCold;
  return ({ text }: DynamoDBCall) => isAlone || text.includes(world.client.tenant);
};

const prepare = async (around: Surroundings, operation: Operation): Promise<World> => {
  const world = await around.makeWorld(operation);
  await operation.prepare(world);
  return world;
};

const approach = (around: Surroundings, operation: Operation, world: World) => {
  if (operation.afterMs !== undefined) around.moveClock(operation.afterMs);
  if (operation.isCold) around.forget(world);
};

/** Makes the request once without any fault. */
export const record = async (around: Surroundings, operation: Operation): Promise<Course> => {
  const world = await prepare(around, operation);
  const before = operation.isCold ? '' : await around.view(world, operation);
  const counter = new CallCounter();
  approach(around, operation, world);
  const rule = around.proxy.intercept(belongsTo(world, operation), (call) => {
    counter.placeOf(call);
    return 'pass';
  });
  const answer = await operation.send(world);
  rule.end();
  if (answer.status !== operation.success) {
    throw new Error(`${operation.name} without a fault: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  const after = await around.view(world, operation);
  for (const end of world.ends) end();
  return { places: counter.places, before, after, summary: summaryOf(answer) };
};

/** An answer without what differs from tenant to tenant. */
const summaryOf = ({ status, body }: Answer): string => {
  const { totalResults, Resources, userName, displayName, members, groups, Operations } = body ?? {};
  return JSON.stringify({
    status,
    totalResults,
    shown: Resources?.length,
    userName,
    displayName,
    members: members?.length,
    groups: (groups as unknown[] | undefined)?.length,
    operations: (Operations as { status: string }[] | undefined)?.map((one) => one.status),
  });
};

const isScimError = ({ status, body }: Answer): boolean =>
  Array.isArray(body?.schemas) &&
  body.schemas.includes('urn:ietf:params:scim:api:messages:2.0:Error') &&
  String(body.status) === String(status) &&
  typeof body.detail === 'string';

interface Sent {
  readonly answer: Answer | undefined;
  readonly thrown: unknown;
  readonly ms: number;
  /** From the first faulty attempt to the answer. */
  readonly msBehindFault: number;
  /** From the first faulty attempt to the next at the same call. */
  readonly msToNextAttempt: number | undefined;
  readonly metrics: number;
}

/** Makes the request with the fault at `place`. */
const sendFaulty = async (around: Surroundings, { operation, world, place, fault }: Trial): Promise<Sent> => {
  const { proxy } = around;
  const isMine = belongsTo(world, operation);
  const counter = new CallCounter();
  const spared = isDispensable(place.label) || operation.spares?.test(place.label);
  let firstFaultAt: number | undefined;
  let nextAttemptAt: number | undefined;
  let reached = false;
  const strike = (call: DynamoDBCall): Fate => {
    firstFaultAt ??= performance.now();
    if (fault.kind.refusesConnections) proxy.refuse();
    return fault.kind.fate(call);
  };
  const rule = proxy.intercept(isMine, (call) => {
    const at = counter.placeOf(call);
    const isPlace = at.label === place.label && at.nth === place.nth;
    if (fault.times === 'once') {
      if (isPlace && reached) nextAttemptAt ??= performance.now();
      if (!isPlace || reached) return 'pass';
      reached = true;
      return strike(call);
    }
    reached ||= isPlace;
    if (!reached) return 'pass';
    const isOfKind = at.label === place.label && at.nth >= place.nth;
    if (isOfKind) return strike(call);
    const everything = fault.kind.scope === 'store' && !spared;
    return everything && fault.kind.appliesTo(at.label) ? strike(call) : 'pass';
  });
  const limit = (operation.isLarge ? LARGE_LIMIT_MS : LIMIT_MS) + SLACK_MS;
  const startedAt = performance.now();
  const giveUp = new AbortController();
  const late = sleep(limit, 'late' as const, { signal: giveUp.signal }).catch(() => 'late' as const);
  const [result, metrics] = await around.countMetrics(async () => {
    const sending = operation.send(world).then(
      (answer) => ({ answer, thrown: undefined }),
      (thrown: unknown) => ({ answer: undefined, thrown }),
    );
    const first = await Promise.race([sending, late]);
    const endedAt = performance.now();
    giveUp.abort();
    rule.end();
    proxy.endSilence(isMine);
    if (fault.kind.refusesConnections) await proxy.accept();
    // What is still under way must not meet the repetition.
    if (first === 'late') await Promise.race([sending, sleep(15_000)]);
    return { ...(first === 'late' ? { answer: undefined, thrown: 'late' } : first), endedAt };
  });
  return {
    ...result,
    ms: result.endedAt - startedAt,
    msBehindFault: result.endedAt - (firstFaultAt ?? result.endedAt),
    msToNextAttempt:
      nextAttemptAt === undefined ? undefined : nextAttemptAt - (firstFaultAt ?? nextAttemptAt),
    metrics,
  };
};

interface Trial {
  readonly operation: Operation;
  readonly world: World;
  readonly place: CallPlace;
  readonly fault: Fault;
}

type OperationResult = {
  readonly status: string;
  readonly response?: { readonly status?: string; readonly detail?: string };
};

const statusesIn = ({ body }: Answer): number[] =>
  ((body?.Operations ?? []) as OperationResult[]).map(({ status }) => Number(status));

/** Whether the answer is a success, a proper 503 or neither, in which case it says why. */
const judgeAnswer = (
  { answer, thrown }: Sent,
  operation: Operation,
  summary: string,
): 'ok' | '503' | string => {
  if (thrown === 'late') return 'no answer in time';
  if (!answer) return `the function throws ${thrown instanceof Error ? thrown.name : String(thrown)}`;
  if (answer.status === operation.success) {
    if (operation.isBulk) {
      const wrong = statusesIn(answer).filter((status) => status >= 300 && status !== 503 && status !== 409);
      if (wrong.length > 0) return `operations of the bulk are ${[...new Set(wrong)].join(', ')}`;
      return statusesIn(answer).some((status) => status >= 300) ? '503' : 'ok';
    }
    return summaryOf(answer) === summary
      ? 'ok'
      : `another answer than without the fault: ${summaryOf(answer)}`;
  }
  if (answer.status !== 503) return `${answer.status} ${String(answer.body?.scimType ?? '')}`.trim();
  if (!isScimError(answer)) return '503 that is no SCIM error';
  return answer.headers['Retry-After'] === undefined ? '503 without Retry-After' : '503';
};

/** Repeats as a client does that is told to come again; answers with the last status. */
const repeat = async (operation: Operation, world: World): Promise<{ answer: Answer; ms: number }> => {
  const send = operation.sendAgain ?? operation.send;
  const startedAt = performance.now();
  for (;;) {
    const answer = await send(world);
    const ms = performance.now() - startedAt;
    const again =
      answer.status === 503 || (operation.isBulk && statusesIn(answer).some((status) => status === 503));
    if (!again || ms > CONVERGES_WITHIN_MS) return { answer, ms };
    await sleep(1_000);
  }
};

/** One trial in a world of its own. */
export const tryFault = async (
  around: Surroundings,
  operation: Operation,
  course: Course,
  { place, fault }: Pick<Trial, 'place' | 'fault'>,
): Promise<Verdict> => {
  const world = await prepare(around, operation);
  try {
    return await judge(around, course, { operation, world, place, fault });
  } finally {
    for (const end of world.ends) end();
  }
};

/** Whether the answer can do without what fails; a store that takes no connections fails whatever comes behind too. */
const isSpared = (
  { spares }: Operation,
  { places }: Course,
  { place, fault }: Pick<Trial, 'place' | 'fault'>,
): boolean => {
  const from = places.findIndex(({ label, nth }) => label === place.label && nth === place.nth);
  const failing = fault.kind.refusesConnections ? places.slice(from) : [place];
  return failing.every(({ label }) => isDispensable(label) || spares?.test(label) === true);
};

const judge = async (
  around: Surroundings,
  course: Course,
  { operation, world, place, fault }: Trial,
): Promise<Verdict> => {
  approach(around, operation, world);
  await around.refillRetries();
  const sent = await sendFaulty(around, { operation, world, place, fault });
  const reasons: string[] = [];
  const dispensable = isDispensable(place.label);
  const judged = judgeAnswer(sent, operation, course.summary);
  if (judged !== 'ok' && judged !== '503') reasons.push(judged);
  const mustSucceed = fault.times === 'once' || isSpared(operation, course, { place, fault });
  if (judged === '503' && mustSucceed) {
    const isNeeded = fault.times === 'once' && !dispensable;
    reasons.push(isNeeded ? '503 for what a retry gets' : '503 for what the answer does not need');
  }
  if (dispensable && judged === 'ok' && sent.msBehindFault > DISPENSABLE_MS + SLACK_MS) {
    reasons.push('waits more than 250 ms for a write that the answer does not need');
  }
  if (dispensable && fault.times === 'lasting' && fault.kind.class !== 'cutsAfter' && sent.metrics === 0) {
    reasons.push('the loss is no metric');
  }
  const attempt = operation.isWalk && place.label.startsWith('Query') ? PAGE_ATTEMPT_MS : ATTEMPT_MS;
  if (fault.kind.class === 'silent' && (sent.msToNextAttempt ?? 0) > attempt + 2 * SLACK_MS) {
    reasons.push(`no byte for ${attempt / 1000} s ends no attempt`);
  }

  const halves = await around.findHalves(world, operation);
  reasons.push(...halves.map((half) => `then ${half}`));
  if (!operation.isCold) {
    const seen = await around.view(world, operation);
    const allowed = judged === 'ok' ? [course.after] : [course.before, course.after];
    const isBetween = judged !== 'ok' && operation.between !== undefined;
    if (!allowed.includes(seen) && !isBetween) reasons.push(`then shows ${seen}`);
  }

  const again = await repeat(operation, world);
  const expected = new Set([
    ...(judged === 'ok' ? [] : [operation.success]),
    operation.repeated ?? operation.success,
  ]);
  let late = false;
  if (!expected.has(again.answer.status)) reasons.push(`the repetition is ${again.answer.status}`);
  else if (again.ms > SOON_MS) late = true;
  const final = await around.view(world, operation);
  if (final !== course.after) reasons.push(`the repetition (${again.answer.status}) does not converge`);
  reasons.push(...(await around.findHalves(world, operation)).map((half) => `at last ${half}`));

  const { ms } = sent;
  const { status } = sent.answer ?? {};
  if (reasons.length > 0) return { outcome: 'WRONG', reasons: [...new Set(reasons)], status, ms };
  if (late) {
    return { outcome: 'late', reasons: [`converges after ${Math.round(again.ms / 1000)} s`], status, ms };
  }
  return { outcome: judged === 'ok' ? 'ok' : '503', reasons: [], status, ms };
};
