/** Undoes a body's `Content-Encoding`, never past a limit: in the gateway to check it, in the writer to store it. */
import { promisify } from 'node:util'
import zlib from 'node:zlib'

export const ENCODINGS = ['identity', 'gzip', 'zstd'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Below this many bytes a call on the spot costs less than a trip through the thread pool (about 30 µs). */
const SYNC_BYTES = 16 * 1024

const gunzip = promisify(zlib.gunzip)
const zstdDecompress = promisify(zlib.zstdDecompress)

/** `code`: `unpacked_too_large` (413), `body_corrupt` (400) or `encoding_unsupported` (415). */
export class UnpackError extends Error {
  override name = 'UnpackError'
  readonly code: 'unpacked_too_large' | 'body_corrupt' | 'encoding_unsupported'
  readonly statusCode: number

  constructor(code: UnpackError['code'], message: string) {
    super(message)
    this.code = code
    this.statusCode = { unpacked_too_large: 413, body_corrupt: 400, encoding_unsupported: 415 }[code]
  }
}

/**
 * @param limit bytes after decompression; a bomb is stopped there, not after it has burst
 * @throws {UnpackError}
 */
export async function unpack(encoding: string, body: Buffer, limit: number): Promise<Buffer> {
  const options = { maxOutputLength: limit }
  const sync = body.length <= SYNC_BYTES
  try {
    switch (encoding) {
      case 'identity':
        if (body.length > limit) throw new RangeError('too large')
        return body
      case 'gzip':
        return sync ? zlib.gunzipSync(body, options) : await gunzip(body, options)
      case 'zstd':
        return sync ? zlib.zstdDecompressSync(body, options) : await zstdDecompress(body, options)
    }
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UnpackError(
        'unpacked_too_large',
        `the body unpacks to more than ${limit} bytes: send smaller batches`
      )
    }
    throw new UnpackError('body_corrupt', `the body is not valid ${encoding}: ${(error as Error).message}`)
  }
  throw new UnpackError(
    'encoding_unsupported',
    `Content-Encoding ${encoding} is not supported; use ${ENCODINGS.join(', ')}`
  )
}
