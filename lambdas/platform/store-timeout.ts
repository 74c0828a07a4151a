// Time limits for calls to stores. AWS answers in milliseconds; an emulator on a busy machine may not.

import * as v from 'valibot';
import { readEnvironment } from './environment.ts';

const { STORE_TIMEOUT_FACTOR: factor } = readEnvironment({
  STORE_TIMEOUT_FACTOR: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), '1'),
});

/** A time limit in milliseconds; STORE_TIMEOUT_FACTOR times longer where that is set, as it is with emulators. */
export const storeTimeoutMs = (ms: number): number => ms * factor;
