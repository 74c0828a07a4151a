// npm run build: builds what the package contains besides its sources, in bundles/ and dist/. `npm pack` runs it too.

import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandlers } from '../lib/bundles/build.ts';
import { buildDeclarations } from './build/declarations.ts';
import { buildJavaScript } from './build/javascript.ts';
import { licencesOf } from './build/licences.ts';

const repository = join(import.meta.dirname, '..');
const dist = join(repository, 'dist');
const esm = join(dist, 'esm');
const commonJs = join(dist, 'cjs');
const entries = ['lib/index.ts', 'lib/events.ts'];

rmSync(dist, { recursive: true, force: true });
const { metafile } = await bundleHandlers();
const metafiles = [
  metafile,
  await buildJavaScript(entries, esm, 'esm', '.js'),
  await buildJavaScript(entries, commonJs, 'cjs', '.cjs'),
];
buildDeclarations(entries, [
  { folder: esm, declaration: '.d.ts', script: '.js' },
  { folder: commonJs, declaration: '.d.cts', script: '.cjs' },
]);
cpSync(join(repository, 'lambdas/events/schemas'), join(dist, 'schemas'), { recursive: true });
writeFileSync(join(dist, 'THIRD-PARTY-LICENCES.txt'), licencesOf(metafiles));
