/** The bytes of a body: JSON, gzipped where that saves a packet. */
import { gunzipSync, gzipSync } from 'node:zlib'

/**
 * Below this many bytes of JSON head and body fit into one packet anyway. Gzip would save little of it, and cost the
 * gateway and the writer more than all else that they do to such a body.
 */
const WORTH_PACKING = 1024

/** The first byte of every gzip member (RFC 1952 section 2.3.1); JSON cannot begin with it. */
const GZIP = 0x1f

export function pack(body: object): Uint8Array {
  const plain = Buffer.from(JSON.stringify(body))
  return plain.length < WORTH_PACKING ? plain : gzipSync(plain)
}

export const isPacked = (body: Uint8Array): boolean => body[0] === GZIP

export const unpack = (body: Uint8Array): unknown =>
  JSON.parse((isPacked(body) ? gunzipSync(body) : Buffer.from(body)).toString())
