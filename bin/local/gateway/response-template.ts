// Chooses the template of a mock or a gateway response by the Accept header.

/** The default. */
export const JSON_MEDIA_TYPE = 'application/json';

/** The media type among those of `templates` that the Accept header names, `application/json` when it names none. */
export const acceptedMediaType = (templates: Readonly<Record<string, string>>, accept: string): string =>
  Object.keys(templates).find((each) => accept.includes(each)) ?? JSON_MEDIA_TYPE;
