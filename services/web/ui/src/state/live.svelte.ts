/** A live view: what the server sends by itself, for as long as somebody looks at the page. */

import type { LiveQuestion } from '../api/live.ts'
import { getSession } from '../api/people.ts'
import { SECOND } from '../format/time.ts'

/** `cut`: the server is away, and it is tried again; until then asking now and then is the way. */
export type LiveStatus = 'off' | 'connecting' | 'on' | 'cut'

export interface Follow<Data> {
  question: LiveQuestion<Data>
  /**
   * Load what is stored: at the beginning, and where something may have been missed. What is heard from then on joins
   * on to it, and may repeat some of it.
   */
  onReset(): void
  onData(data: Data): void
}

/** Without a sound for so long the connection is dead, ms: the server says something every ten seconds. */
const SILENCE = 25 * SECOND
const LONGEST_PAUSE = 30 * SECOND

/**
 * Must be called while a component is made. Connects at once, and again when state changes that `what` reads; null ends
 * it. A page has one: browsers keep few connections to one server, and this one stays open.
 */
export function follow<Data>(what: () => Follow<Data> | null): { readonly status: LiveStatus } {
  let status = $state<LiveStatus>('off')

  $effect(() => {
    const wanted = what()
    if (!wanted) {
      status = 'off'
      return
    }
    status = 'connecting'
    return connect(wanted, (now) => {
      status = now
    })
  })

  return {
    get status() {
      return status
    }
  }
}

/** Keeps a connection while the page is seen. @returns what ends it */
function connect<Data>({ question, onReset, onData }: Follow<Data>, tell: (status: LiveStatus) => void) {
  let events: EventSource | undefined
  /** The id of the last event: where the server goes on after a cut. */
  let seen = ''
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    close()
    const query = new URLSearchParams(question.query)
    if (seen !== '') query.set('after', seen)
    events = new EventSource(`/api/v1/live/${question.path}?${query}`)
    events.addEventListener('open', () => {
      failures = 0
      tell('on')
      heard()
    })
    events.addEventListener('reset', (event) => {
      heard(event)
      onReset()
    })
    events.addEventListener(question.event, (event) => {
      heard(event)
      onData(JSON.parse(event.data) as Data)
    })
    events.addEventListener('beat', heard)
    events.addEventListener('end', fail)
    events.addEventListener('error', fail)
  }

  function heard(event?: MessageEvent): void {
    if (event?.lastEventId) seen = event.lastEventId
    clearTimeout(timer)
    timer = setTimeout(fail, SILENCE)
  }

  function fail(): void {
    close()
    tell('cut')
    // An event source does not say why: whether the session has ended shows in any other answer.
    void getSession().catch(() => undefined)
    timer = setTimeout(open, Math.min(LONGEST_PAUSE, 2 ** failures++ * SECOND))
  }

  function close(): void {
    events?.close()
    events = undefined
    clearTimeout(timer)
  }

  function look(): void {
    if (document.hidden) close()
    else if (!events) open()
  }

  document.addEventListener('visibilitychange', look)
  look()
  return () => {
    document.removeEventListener('visibilitychange', look)
    close()
  }
}
