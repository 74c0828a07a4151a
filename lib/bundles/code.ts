// The code of a function: its bundle, or an empty function if the template is never deployed.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { bundleFolder } from './folder.ts';

const apps = new WeakSet<IConstruct>();

/** Synthesizes this app without bundles. No setting does this, so that nobody deploys empty functions by accident. */
export const leaveFunctionsEmpty = (app: IConstruct): void => {
  apps.add(app);
};

/** The code of the handler with this source. Throws if its bundle is missing, unless functions are left empty. */
export const codeOf = (scope: IConstruct, entry: string): Code => {
  if (apps.has(scope.node.root)) return Code.fromInline(`throw new Error('Synthesized without bundles.');`);
  const folder = bundleFolder(basename(entry, '.ts'));
  if (existsSync(join(folder, 'index.mjs'))) return Code.fromAsset(folder);
  throw new Error(`${folder} has no bundle of ${entry}: \`npm run bundle\` builds it.`);
};
