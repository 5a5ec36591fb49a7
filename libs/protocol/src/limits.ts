/** What one request may hold. Every number is the default of a setting of the same meaning. */
export const LIMITS = {
  /** Bytes of a body as sent, still compressed. */
  bodyBytes: 4 * 1024 * 1024,
  /** Bytes of a body after decompression. */
  unpackedBytes: 32 * 1024 * 1024,
  /** Series in one batch of metrics. */
  series: 5_000,
  /** Points in one batch of metrics. */
  points: 10_000,
  /** Lines in one batch of logs. */
  lines: 10_000,
  /** Bytes of one log message, UTF-8. */
  lineBytes: 64 * 1024,
  /** How far ahead of the gateway's clock a time may lie, in ms. */
  aheadMs: 10 * 60 * 1000,
  /** The longest life of an agent's token, `exp` − `iat`, in seconds. */
  tokenLifeSeconds: 24 * 60 * 60
} as const
