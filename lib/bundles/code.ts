// The code that a function is deployed with: its bundle, which must be there, or nothing where nobody deploys.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { bundleFolder } from './folder.ts';

const apps = new WeakSet<IConstruct>();

/** For a synthesis that never deploys: no setting leads here, so that no deployment comes here by accident. */
export const leaveFunctionsEmpty = (app: IConstruct): void => {
  apps.add(app);
};

/** The code of the handler with this source; its bundle need not be made from it here. */
export const codeOf = (scope: IConstruct, entry: string): Code => {
  if (apps.has(scope.node.root)) return Code.fromInline(`throw new Error('Synthesized without bundles.');`);
  const folder = bundleFolder(basename(entry, '.ts'));
  if (existsSync(join(folder, 'index.mjs'))) return Code.fromAsset(folder);
  throw new Error(`${folder} has no bundle of ${entry}: \`npm run bundle\` makes it.`);
};
