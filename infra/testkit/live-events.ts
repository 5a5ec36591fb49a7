/** Listens to a live route as a browser does, for tests and benchmarks. */

export interface LiveEvent {
  event: string
  id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes
  data: any
}

export interface Listening {
  status: number
  headers: Headers
  /** All that came so far, where nobody else hears it. */
  events: LiveEvent[]
  /** Resolves when the server has ended it. */
  ended: Promise<void>
  close(): void
}

/** @param hear called with each event, in order */
export async function listenLive(
  url: string,
  headers: Record<string, string>,
  hear?: (event: LiveEvent) => void
): Promise<Listening> {
  const leaving = new AbortController()
  const { status, headers: answered, body } = await fetch(url, { headers, signal: leaving.signal })
  const events: LiveEvent[] = []
  const ended = read(body as ReadableStream<Uint8Array>, hear ?? ((event) => events.push(event)))
  return {
    ...{ status, headers: answered, events },
    ended: ended.catch(() => undefined),
    close: () => leaving.abort()
  }
}

async function read(body: ReadableStream<Uint8Array>, hear: (event: LiveEvent) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])
      )
      const event = fields.get('event')
      if (event) hear({ event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') })
    }
  }
}
