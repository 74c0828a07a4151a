// Takes the place of mnemonist/lru-cache (7 KB) in the bundles. DynamoDB clients make such a cache for endpoint discovery,
// which is off unless somebody turns it on; then this one works as well, only without a limit.

export default class IdleLruCache extends Map<string, unknown> {
  constructor(_capacity: number) {
    super();
  }
}
