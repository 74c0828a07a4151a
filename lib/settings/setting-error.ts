// What a setting or a property that cannot be used comes to. It stands alone, because the package exports it.

/** A setting that cannot be used; the message is one sentence that names it. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
