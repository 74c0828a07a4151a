// An event as one line in the output of a local run.

import * as v from 'valibot';
import { printable } from '../../printable.ts';
import type { BusEvent } from './bus.ts';

const detail = v.object({
  tenant: v.string(),
  resource: v.object({
    id: v.string(),
    userName: v.optional(v.string()),
    displayName: v.optional(v.string()),
  }),
  member: v.optional(v.object({ id: v.string() })),
  changed: v.optional(v.array(v.string())),
  softDeleted: v.optional(v.boolean(), false),
  reason: v.optional(v.string()),
});

/** `event  user.updated  acme  alice@acme.example (displayName)`; for an event that is not ours, only its type. */
export const eventLine = (event: BusEvent): string => printable(lineOf(event));

const lineOf = ({ detailType, detail: given }: BusEvent): string => {
  const read = v.safeParse(detail, given);
  if (!read.success) return `event  ${detailType}`;
  const { tenant, resource, member, changed, softDeleted, reason } = read.output;
  const name = resource.userName ?? resource.displayName ?? resource.id;
  const what = member ? `${name} ← ${member.id}` : name;
  const details = changed?.join(', ') ?? reason;
  return `event  ${detailType}  ${tenant}  ${what}${details ? ` (${details})` : ''}${softDeleted ? ' softDeleted' : ''}`;
};
