// What `cdk` runs: bundles the handlers as they are now and synthesizes the stack from the settings, or says in one
// sentence which setting is wrong.

import { bundleHandlers } from '../lib/bundles/build.ts';
import { scimApp } from '../lib/scim-app.ts';
import { SettingError } from '../lib/settings/config.ts';

try {
  await bundleHandlers();
  scimApp().app.synth();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
