import { type BusinessEvent, eventSchemas } from 'scim-endpoint/events';
import userDeleted from 'scim-endpoint/events/schemas/v1/user.deleted.json';

export const described = userDeleted.title in eventSchemas;

export const handler = async ({ detail }: { detail: BusinessEvent }) => `${detail.tenant} ${detail.resource.id}`;
