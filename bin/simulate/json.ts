// JSON as it goes over the wire. The simulator shares no code with the server that it judges, not even this.

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/** Neither null nor a list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Narrows to a read-only list, which `Array.isArray` does not. */
export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value);

/** The value of a JSON text, or undefined when it is not JSON. */
export const parseJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};
