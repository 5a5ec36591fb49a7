/** Redis Streams between the gateway and the writer: one entry is one batch, as it came. */
export { decodeEntries, type Entry, EntryError } from './codec.ts'
export { type Consumer, startConsumer } from './consumer.ts'
export { type DeadLetter, dropDead, readDead, replayDead } from './dead.ts'
export {
  type DecodedMetrics,
  decodeLogs,
  decodeMetrics,
  type LayoutSource
} from './decode.ts'
export type { Delivery, Refused } from './deliveries.ts'
export { type Layout, layoutKey, layoutOf } from './layout.ts'
export { GROUP, STREAMS, type StreamName } from './names.ts'
export { append, createProducer, LAYOUT_LIFE, type Producer } from './producer.ts'
export { openRedis } from './redis.ts'
export {
  type ReaderStanding,
  readDeadStanding,
  readReaders,
  readStreams,
  type StreamStanding
} from './standing.ts'
export { ENCODINGS, type Encoding, UnpackError, unpack } from './unpack.ts'
