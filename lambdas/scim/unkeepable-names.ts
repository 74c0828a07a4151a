// Names that no attribute can have, because JavaScript gives every object a property of that name and the AWS SDK looks at it.

const names: readonly string[] = ['constructor', '__proto__'];

/** Whether values under this name could not be stored; in another case they could. */
export const isUnkeepableName = (name: string): boolean => names.includes(name);
