// The error for an invalid setting. It has a file of its own because the package exports it.

/**
 * An invalid setting of `cdk.json` or `-c`, or an invalid property of `ScimEndpoint`. `message` is one sentence that names the
 * setting, says what it must be and quotes the value.
 */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
