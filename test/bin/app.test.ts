// What a person sees of `cdk synth` when a setting is wrong.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test('a wrong setting ends the synthesis with one sentence and no stack trace', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../../bin/app.ts')], {
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ 'scim:logRetentionDays': 'forever' }) },
    encoding: 'utf8',
  });
  expect(stderr).toBe(
    'The setting scim:logRetentionDays must be a whole number from 1 to 3653, not "forever".\n',
  );
  expect(status).toBe(1);
});
