// What the product hears of a user's life and of a rotation.

import { randomUUID } from 'node:crypto';
import { parseToken } from '../../../lambdas/credentials/token.ts';
import { call, createUser, replacing, type Target, type TestTenant } from '../target.ts';
import { Listener } from './listener.ts';

const LIFE = ['user.created', 'user.deactivated', 'user.reactivated', 'user.deleted'] as const;

/** A user comes, is disabled, enabled and deleted: the product hears each of that, in this order by sequence. */
export const hearOfUser = async (target: Target, tenant: TestTenant): Promise<string> => {
  await using listener = await Listener.open(target, tenant.tenant, LIFE);
  const path = await createUser(tenant, `heard-${randomUUID()}@veldt.example`);
  for (const active of [false, true]) {
    await call(tenant, { method: 'PATCH', path, body: replacing('active', active) }, 200);
  }
  await call(tenant, { method: 'DELETE', path }, 204);

  const heardOf = () => listener.events.filter(({ resource }) => path === `/Users/${resource.id}`);
  await listener.until('the events of a user', () =>
    LIFE.every((type) => heardOf().some((event) => event.type === type)),
  );
  const bySequence = heardOf().toSorted((left, right) =>
    BigInt(left.sequence) < BigInt(right.sequence) ? -1 : 1,
  );
  const types = bySequence.map(({ type }) => type).join(', ');
  if (types !== LIFE.join(', '))
    throw new Error(`The sequence should be ${LIFE.join(', ')}; it is ${types}.`);
  return types;
};

const TOKENS = ['tenant.token.rotated', 'tenant.token.retired'] as const;

/** While `rotate` changes the tenant's token for another and retires the first, the product hears of both, once. */
export const hearOfTokens = async <Rotated extends { readonly tenant: TestTenant }>(
  target: Target,
  old: TestTenant,
  rotate: () => Promise<Rotated>,
): Promise<Rotated> => {
  await using listener = await Listener.open(target, old.tenant, TOKENS);
  const rotated = await rotate();
  const [rotatedType, retiredType] = TOKENS;
  const wanted = [
    `${rotatedType} ${parseToken(rotated.tenant.token)?.keyId}`,
    `${retiredType} ${parseToken(old.token)?.keyId}`,
  ].join(', ');
  const heard = () => listener.events.map(({ type, resource }) => `${type} ${resource.id}`);
  await listener.until('the events of the tokens', () => heard().length >= TOKENS.length);
  const sorted = heard().toSorted().toReversed().join(', ');
  if (sorted !== wanted) throw new Error(`The product should hear ${wanted}; it heard ${sorted}.`);
  return rotated;
};
