/** The requests of simulated agents, made before the clock runs: bytes to be written to a socket as they are. */
import { randomUUIDv7 } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { Point, Series } from '@miniobserv/protocol'
import { layoutOf } from '@miniobserv/stream'
import { pointOf, seriesOf } from '../e2e/chaos/values.ts'
import { thirdPartyToken } from '../testkit/third-party.ts'

/** `agent`: gzip, where an agent would. */
export type BodyEncoding = 'none' | 'gzip' | 'zstd' | 'agent'

/** Hosts of one kind have the same series, as machines of one make do. */
interface Kind {
  series: Series[]
  layout: string
}

export interface LoadHost {
  /** Of points that follow each other, `intervalMs` apart; `batch` where it has been sent before. */
  request(form: 'series' | 'layout', first: number, points: number, batch?: string): Buffer
}

export interface LoadOptions {
  secret: string
  /** Series of each host. */
  width: number
  /** How many kinds of hosts there are. */
  kinds: number
  encoding: BodyEncoding
  intervalMs: number
}

const PACK = { none: (text: string) => Buffer.from(text), gzip: gzipSync, zstd: zstdCompressSync }

/** Of JSON, from which on an agent packs it. */
const WORTH_PACKING = 1024

/** @returns the host of a number; what it says follows from number and time */
export function loadHosts(options: LoadOptions): (number: number) => LoadHost {
  const { secret, width, encoding, intervalMs } = options
  const kinds = Array.from({ length: options.kinds }, (_, i) => kindOf(i, width))
  return (number) => {
    const name = `bench-${String(number).padStart(5, '0')}`
    const { series, layout } = kinds[number % kinds.length] as Kind
    const head =
      'POST /api/v1/metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n' +
      `authorization: Bearer ${thirdPartyToken(name, { secret, claims: { agent: 'bench' } })}\r\n` +
      'content-type: application/json\r\nuser-agent: miniobserv-agent/0.1.0\r\n' +
      'content-length: '
    return {
      request(form, first, count, batch = randomUUIDv7()) {
        const points: Point[] = Array.from({ length: count }, (_, i) =>
          pointOf(1, name, width, first + i * intervalMs)
        )
        const columns = form === 'series' ? { info: { 'os.type': 'linux' }, series } : { layout }
        const text = JSON.stringify({ batch, host: name, ...columns, points })
        const packing = encoding !== 'agent' ? encoding : text.length < WORTH_PACKING ? 'none' : 'gzip'
        const body = PACK[packing](text)
        const packed = packing === 'none' ? '' : `content-encoding: ${packing}\r\n`
        return Buffer.concat([Buffer.from(`${head}${body.length}\r\n${packed}\r\n`), body])
      }
    }
  }
}

function kindOf(number: number, width: number): Kind {
  const series = seriesOf(`kind ${number}`, 4, width - 8)
  return { series, layout: layoutOf(series).hash }
}
