/**
 * A stream entry's fields and back. One batch alone is `batch`, `host`, `agent`, `at`, `encoding`, `body`; several that
 * came at nearly the same time are `batches`, a JSON list of what they have beside their bodies, and `bodies`, end to end.
 */

/** One batch as the gateway took it; `body` is untouched and still compressed. */
export interface Entry {
  /** The idempotency key, a UUID. */
  batch: string
  host: string
  /** Which agent sent it, where its token says so. */
  agent?: string | undefined
  /** When the gateway received it, epoch ms. */
  at: number
  /** The `Content-Encoding` of `body`; `identity` for none. */
  encoding: string
  body: Buffer
}

/** An entry that no writer can ever store; it goes to the dead letters with this message as the reason. */
export class EntryError extends Error {
  readonly code = 'entry_unusable'
  override name = 'EntryError'
}

/** As XADD wants it. */
export function encodeEntry(entry: Entry): (string | Buffer)[] {
  const { batch, host, agent, at, encoding, body } = entry
  const sender = agent === undefined ? [] : ['agent', agent]
  return ['batch', batch, 'host', host, ...sender, 'at', String(at), 'encoding', encoding, 'body', body]
}

type Described = [
  batch: string,
  host: string,
  agent: string | null,
  at: number,
  encoding: string,
  length: number
]

/** Several as XADD wants them: two fields, however many batches. */
export function encodeEntries(entries: readonly Entry[]): (string | Buffer)[] {
  const described = entries.map(
    ({ batch, host, agent = null, at, encoding, body }): Described => [
      ...([batch, host, agent, at, encoding, body.length] as const)
    ]
  )
  return ['batches', JSON.stringify(described), 'bodies', Buffer.concat(entries.map(({ body }) => body))]
}

/** @throws {EntryError} where it is neither form: something else wrote into the stream. */
export function decodeEntries(fields: Buffer[]): Entry[] {
  const [first, described, , bodies] = fields
  if (!first?.equals(BATCHES) || !described || !bodies) return [decodeEntry(fields)]
  let end = 0
  try {
    return (JSON.parse(described.toString()) as Described[]).map(
      ([batch, host, agent, at, encoding, length]) => {
        const start = end
        end += length
        return { batch, host, agent: agent ?? undefined, at, encoding, body: bodies.subarray(start, end) }
      }
    )
  } catch {
    throw new EntryError('the list of batches is no JSON list')
  }
}

const BATCHES = Buffer.from('batches')

/** @throws {EntryError} where a field is missing: something else wrote into the stream. */
export function decodeEntry(fields: Buffer[]): Entry {
  const found = new Map<string, Buffer>()
  for (let i = 0; i + 1 < fields.length; i += 2) {
    found.set(String(fields[i]), fields[i + 1] as Buffer)
  }
  const field = (name: string): Buffer => {
    const value = found.get(name)
    if (!value) throw new EntryError(`the entry has no field ${name}`)
    return value
  }
  return {
    batch: field('batch').toString(),
    host: field('host').toString(),
    agent: found.get('agent')?.toString(),
    at: Number(field('at').toString()),
    encoding: field('encoding').toString(),
    body: field('body')
  }
}
