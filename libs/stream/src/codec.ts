/** A stream entry's fields and back: `batch`, `host`, `agent`, `at`, `encoding`, `body`. */

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
