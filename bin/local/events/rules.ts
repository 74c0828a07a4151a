// The rules of a bus on this machine: an event goes into each queue that is a target of a rule it matches.

import type { LocalRule } from '../stack/events.ts';
import type { BusEvent } from './bus.ts';
import { eventEnvelope } from './envelope.ts';
import { passes } from './pattern.ts';
import type { Queue } from './queue.ts';

/** Makes what an event bus routes with; `queues` are by ARN. A target that is no queue among them gets nothing. */
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
