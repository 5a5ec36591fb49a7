/** Redis Streams between the gateway and the writer: one entry is one batch, as it came. */
export { type Entry, EntryError } from './codec.ts'
export { type Consumer, startConsumer } from './consumer.ts'
export type { Delivery, Refused } from './deliveries.ts'
export { type Layout, layoutKey, layoutOf } from './layout.ts'
export { GROUP, STREAMS, type StreamName } from './names.ts'
export { append, LAYOUT_LIFE } from './producer.ts'
export { openRedis } from './redis.ts'
export { ENCODINGS, type Encoding, UnpackError, unpack } from './unpack.ts'
