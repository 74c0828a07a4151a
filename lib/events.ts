// The entry scim-endpoint/events of the package: types and JSON Schemas of the events. Nothing here depends on the CDK, so that a
// function that consumes events can bundle it.

import type { EventType } from '../lambdas/events/event.ts';
import definitions from '../lambdas/events/schemas/v1/definitions.json' with { type: 'json' };
import groupCreated from '../lambdas/events/schemas/v1/group.created.json' with { type: 'json' };
import groupDeleted from '../lambdas/events/schemas/v1/group.deleted.json' with { type: 'json' };
import groupMemberAdded from '../lambdas/events/schemas/v1/group.member.added.json' with { type: 'json' };
import groupMemberRemoved from '../lambdas/events/schemas/v1/group.member.removed.json' with { type: 'json' };
import groupRenamed from '../lambdas/events/schemas/v1/group.renamed.json' with { type: 'json' };
import groupUpdated from '../lambdas/events/schemas/v1/group.updated.json' with { type: 'json' };
import tenantCreated from '../lambdas/events/schemas/v1/tenant.created.json' with { type: 'json' };
import tenantDeleted from '../lambdas/events/schemas/v1/tenant.deleted.json' with { type: 'json' };
import tenantResyncEnded from '../lambdas/events/schemas/v1/tenant.resync.ended.json' with { type: 'json' };
import tenantResyncStarted from '../lambdas/events/schemas/v1/tenant.resync.started.json' with {
  type: 'json',
};
import tenantSilent from '../lambdas/events/schemas/v1/tenant.silent.json' with { type: 'json' };
import tenantTokenRefused from '../lambdas/events/schemas/v1/tenant.token.refused.json' with { type: 'json' };
import tenantTokenRetired from '../lambdas/events/schemas/v1/tenant.token.retired.json' with { type: 'json' };
import tenantTokenRotated from '../lambdas/events/schemas/v1/tenant.token.rotated.json' with { type: 'json' };
import tenantWebhookTest from '../lambdas/events/schemas/v1/tenant.webhook.test.json' with { type: 'json' };
import userCreated from '../lambdas/events/schemas/v1/user.created.json' with { type: 'json' };
import userDeactivated from '../lambdas/events/schemas/v1/user.deactivated.json' with { type: 'json' };
import userDeleted from '../lambdas/events/schemas/v1/user.deleted.json' with { type: 'json' };
import userReactivated from '../lambdas/events/schemas/v1/user.reactivated.json' with { type: 'json' };
import userRestored from '../lambdas/events/schemas/v1/user.restored.json' with { type: 'json' };
import userUpdated from '../lambdas/events/schemas/v1/user.updated.json' with { type: 'json' };

export {
  type BusinessEvent,
  EVENT_FORMAT,
  EVENT_SOURCE,
  type EventType,
  eventTypes,
  type GroupSubject,
  type OtherSubject,
  type UserSubject,
} from '../lambdas/events/event.ts';

/** A JSON Schema, draft 2020-12. Its `$id` is `urn:scim:event:<format>:<type>`, with `EVENT_FORMAT` as the format. */
export type EventSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of the `detail` of each event, by its type, and the `definitions` that all of them refer to: add those to a
 * validator first. Source: lambdas/events/schemas, in the package `scim-endpoint/events/schemas/*`.
 */
export const eventSchemas: Readonly<Record<EventType | 'definitions', EventSchema>> = {
  definitions,
  'group.created': groupCreated,
  'group.deleted': groupDeleted,
  'group.member.added': groupMemberAdded,
  'group.member.removed': groupMemberRemoved,
  'group.renamed': groupRenamed,
  'group.updated': groupUpdated,
  'tenant.created': tenantCreated,
  'tenant.deleted': tenantDeleted,
  'tenant.resync.ended': tenantResyncEnded,
  'tenant.resync.started': tenantResyncStarted,
  'tenant.silent': tenantSilent,
  'tenant.token.refused': tenantTokenRefused,
  'tenant.token.retired': tenantTokenRetired,
  'tenant.token.rotated': tenantTokenRotated,
  'tenant.webhook.test': tenantWebhookTest,
  'user.created': userCreated,
  'user.deactivated': userDeactivated,
  'user.deleted': userDeleted,
  'user.reactivated': userReactivated,
  'user.restored': userRestored,
  'user.updated': userUpdated,
};
