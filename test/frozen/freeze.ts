// npm run freeze: saves what a release deploys and how it writes, as the next number in this folder. Later releases are tested
// against it; a saved release is never overwritten.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itemKinds, linkKinds } from '../../lambdas/operations/item-kinds.ts';
import { scimTemplate } from '../../lib/scim-app.ts';
import { synthesize } from '../e2e/ministack/cdk.ts';
import startEmulators from '../setup/start-emulators.ts';
import stopEmulators from '../setup/stop-emulators.ts';
import { folderOf, ITEMS, KINDS, packAssembly, releases, TEMPLATE } from './releases.ts';

const release = String(Number(releases.at(-1) ?? 0) + 1);

const write = (file: string, content: unknown): void => {
  mkdirSync(folderOf(release), { recursive: true });
  writeFileSync(join(folderOf(release), file), `${JSON.stringify(content, null, 1)}\n`);
};

const freezeItems = async (): Promise<void> => {
  await startEmulators();
  try {
    const { writeEverything } = await import('./scenario.ts');
    write(ITEMS, await writeEverything());
    write(
      KINDS,
      [...itemKinds, ...linkKinds].map(({ name }) => name),
    );
  } finally {
    await stopEmulators();
  }
};

const freezeAssembly = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'scim-freeze-'));
  await synthesize(AbortSignal.timeout(300_000), folder);
  packAssembly(release, folder);
  rmSync(folder, { recursive: true });
};

await freezeItems();
write(TEMPLATE, scimTemplate());
await freezeAssembly();
console.log(`Release ${release} is kept in test/frozen/${release}.`);
process.exit();
