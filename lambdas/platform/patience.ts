// How patient functions are with their stores. AWS answers in milliseconds; an emulator on a busy machine may not.

import * as v from 'valibot';
import { readEnvironment } from './environment.ts';

const { STORE_PATIENCE: factor } = readEnvironment({
  STORE_PATIENCE: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), '1'),
});

/** A time limit for a call to a store, in milliseconds; longer where STORE_PATIENCE says so, as with emulators. */
export const patienceMs = (ms: number): number => ms * factor;
