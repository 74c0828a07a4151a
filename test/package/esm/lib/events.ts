import { type BusinessEvent, EVENT_SOURCE, eventSchemas, eventTypes } from 'scim-endpoint/events';
import userCreated from 'scim-endpoint/events/schemas/v1/user.created.json' with { type: 'json' };

export const described =
  eventTypes.every((type) => type in eventSchemas) && userCreated.title === 'user.created';

export const isOurs = (event: { source: string; detail: BusinessEvent }) => event.source === EVENT_SOURCE;
