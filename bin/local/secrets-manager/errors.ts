// The errors of Secrets Manager that clients distinguish, by their names in its API reference.

type SecretsManagerErrorType =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidRequestException'
  | 'InvalidParameterException'
  | 'InvalidNextTokenException'
  | 'UnknownOperationException'
  | 'SerializationException'
  | 'ValidationException'
  | 'InternalServiceError';

/** Answered with status 400, and its type as `__type`. */
export class SecretsManagerError extends Error {
  readonly type: SecretsManagerErrorType;

  constructor(type: SecretsManagerErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** No such secret, version or staging label. */
export const notFound = (message: string) => new SecretsManagerError('ResourceNotFoundException', message);

/** The name, or the id of a version, is taken. */
export const exists = (message: string) => new SecretsManagerError('ResourceExistsException', message);

/** The secret is in a state that does not allow the call, such as deleted. */
export const invalidRequest = (message: string) =>
  new SecretsManagerError('InvalidRequestException', message);

/** A parameter is missing, malformed or out of range. */
export const invalidParameter = (message: string) =>
  new SecretsManagerError('InvalidParameterException', message);
