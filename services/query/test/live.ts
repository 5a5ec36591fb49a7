/** Listens to a live route as a browser does. */

export interface LiveEvent {
  event: string
  id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes
  data: any
}

export interface Listening {
  status: number
  headers: Headers
  /** All that came so far. */
  events: LiveEvent[]
  /** Resolves when the server has ended it. */
  ended: Promise<void>
  close(): void
}

export async function listen(url: string, headers: Record<string, string>): Promise<Listening> {
  const leaving = new AbortController()
  const answer = await fetch(url, { headers, signal: leaving.signal })
  const events: LiveEvent[] = []
  const ended = read(answer.body as ReadableStream<Uint8Array>, events).catch(() => undefined)
  return { status: answer.status, headers: answer.headers, events, ended, close: () => leaving.abort() }
}

async function read(body: ReadableStream<Uint8Array>, events: LiveEvent[]): Promise<void> {
  let text = ''
  for await (const piece of body.pipeThrough(
    new TextDecoderStream() as never
  ) as unknown as AsyncIterable<string>) {
    text += piece
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])
      )
      const [event, data] = [fields.get('event'), fields.get('data')]
      if (event) events.push({ event, id: fields.get('id'), data: JSON.parse(data ?? 'null') })
    }
  }
}
