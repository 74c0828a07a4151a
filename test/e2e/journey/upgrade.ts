// An upgrade as a vendor sees it: the release before is deployed and has a customer, then that of today goes over it.

import { releases, unpackAssembly } from '../../frozen/releases.ts';
import { deploy, deployAssembly, STACK } from '../ministack/cdk.ts';
import { describeStack } from '../stack.ts';
import type { Summary } from '../summary.ts';
import { call, createUser, type Extent, operate, operateToken, type Target } from '../target.ts';
import { simulate } from './journey.ts';

const PEOPLE = 20;
const TENANT = 'upgraded';

/**
 * Deploys the oldest release that is kept, makes a tenant with people on it, deploys that of today over it, and plays Entra
 * on that tenant. `reach` says how the stack is reached once it is there.
 */
export const upgrade = async (
  signal: AbortSignal,
  reach: () => Promise<Target>,
  extent: Extent,
  summary: Summary,
): Promise<Target> => {
  const [release = ''] = releases;
  await summary.step(`cdk deploy, release ${release}`, async () => {
    const assembly = unpackAssembly(release);
    try {
      await deployAssembly(signal, assembly.folder);
    } finally {
      assembly.remove();
    }
  });
  const before = await reach();
  const tenant = await operateToken(before, 'tenant', 'create', TENANT);
  const paths: string[] = [];
  await summary.step(`${PEOPLE} people`, async () => {
    for (let n = 0; n < PEOPLE; n++) paths.push(await createUser(tenant, `person.${n}@before.example`));
  });
  await summary.step('cdk deploy, that of today over it', async () => void (await deploy(signal)));
  const target = { ...before, stack: await describeStack(STACK) };
  if (target.stack.BaseUrl !== before.stack.BaseUrl) throw new Error('The upgrade moved every Tenant URL.');
  await summary.step('people are still there', async () => {
    for (const path of paths) await call(tenant, { method: 'GET', path }, 200);
  });
  for (const dialect of ['legacy', 'standard']) {
    await summary.step(`simulator after the upgrade, ${dialect}`, () =>
      simulate(target, tenant, dialect, extent),
    );
  }
  await operate(target, 'tenant', 'delete', TENANT, '--yes');
  return target;
};
