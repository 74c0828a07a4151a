// Which template an answer of the gateway's own is made from, that of a mock or of a gateway response.

/** What every template is chosen as that no header names. */
export const JSON_MEDIA_TYPE = 'application/json';

/** The media type among those of `templates` that the Accept header names, `application/json` when it names none. */
export const acceptedMediaType = (templates: Readonly<Record<string, string>>, accept: string): string =>
  Object.keys(templates).find((each) => accept.includes(each)) ?? JSON_MEDIA_TYPE;
