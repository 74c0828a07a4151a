// The errors of Secrets Manager that clients distinguish, by their names in its API reference.

type SecretsManagerErrorType =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidRequestException'
  | 'InvalidParameterException'
  | 'InvalidNextTokenException'
  | 'UnknownOperationException'
  | 'SerializationException'
  | 'InternalServiceError';

export class SecretsManagerError extends Error {
  readonly type: SecretsManagerErrorType;

  constructor(type: SecretsManagerErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

export const notFound = (message: string) => new SecretsManagerError('ResourceNotFoundException', message);
export const exists = (message: string) => new SecretsManagerError('ResourceExistsException', message);
export const invalidRequest = (message: string) =>
  new SecretsManagerError('InvalidRequestException', message);
export const invalidParameter = (message: string) =>
  new SecretsManagerError('InvalidParameterException', message);
