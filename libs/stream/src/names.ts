/** What things are called in Redis. */
export const STREAMS = {
  metrics: 'miniobserv:metrics',
  logs: 'miniobserv:logs',
  /** Entries that no writer can store, with the reason. */
  dead: 'miniobserv:dead'
} as const
export type StreamName = (typeof STREAMS)[keyof typeof STREAMS]

/** The consumer group that all writers share: each entry goes to one of them. */
export const GROUP = 'writers'

/** Before the hash of a layout: the key that holds its canonical series list. */
export const LAYOUT_PREFIX = 'miniobserv:layout:'

/** Before a consumer's name: the key that says that it reads. */
export const READER_PREFIX = 'miniobserv:reader:'
