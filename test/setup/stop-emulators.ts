// Jest's globalTeardown; runs after failures too. After a SIGKILL the emulators end by themselves (bin/local/process/owned-process.ts).

import { running } from './running-emulators.ts';

export default async function stopEmulators(): Promise<void> {
  await Promise.all(running.map((emulator) => emulator.stop()));
}
