// The rules of a bus on this machine: an event goes to each queue that is the target of a rule that it matches.

import type { LocalRule } from '../stack/events.ts';
import type { BusEvent } from './bus.ts';
import { eventEnvelope } from './envelope.ts';
import { passes } from './pattern.ts';
import type { Queue } from './queue.ts';

/** Returns a listener for the event bus. `queues` are by ARN; targets that are not among them get nothing. */
export const routeEvents =
  (rules: readonly LocalRule[], queues: ReadonlyMap<string, Pick<Queue, 'send'>>) =>
  (event: BusEvent): void => {
    const envelope = eventEnvelope(event);
    const matching = rules.filter(
      ({ busName, pattern }) => busName === event.bus && passes([pattern], envelope),
    );
    for (const arn of matching.flatMap(({ targets }) => targets)) {
      queues.get(arn)?.send(JSON.stringify(envelope));
    }
  };
