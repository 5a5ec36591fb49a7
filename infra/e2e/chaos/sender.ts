/** The retry rules of an agent at the wire: the same bytes again until there is an answer that settles them. */
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { thirdPartyToken } from '../../testkit/third-party.ts'
import type { Random } from './random.ts'
import { countIn, type Tally } from './tally.ts'

export interface Answer {
  status: number
  code?: string
  layout?: string
  retryAfter?: string
}

export interface SenderOptions {
  url: string
  host: string
  secret: string
  random: Random
  tally: Tally
  /** How often a batch whose answer is missing is never sent again, as by an agent that was killed; from 0 to 1. */
  forgets: number
  /** When aborted, what is on its way is given up. */
  signal: AbortSignal
}

export interface Sender {
  /**
   * Posts until 202 or a final refusal; undefined when it was given up before.
   *
   * @param withSeries the same batch with its series, for a gateway that does not know its layout
   */
  deliver(path: string, body: Buffer, withSeries?: () => Buffer): Promise<Answer | undefined>
  close(): void
}

/** The agent's rules, in a tenth of its time: it waits from 1 s to 60 s, ten seconds for an answer. */
const FIRST_MS = 100
const LONGEST_MS = 4_000
const MOST_RETRY_AFTER_MS = 2_000
const TIMEOUT_MS = 7_000
const TOKEN_LIFE_MS = 30 * 60_000
const FINAL = new Set([400, 403, 409, 413, 415, 422])

export function createSender(options: SenderOptions): Sender {
  const { url, host, secret, random, tally, forgets, signal } = options
  const { hostname, port } = new URL(url)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })
  let token = { text: '', until: 0 }

  function post(path: string, body: Buffer): Promise<Answer> {
    if (Date.now() > token.until) {
      token = { text: thirdPartyToken(host, { secret }), until: Date.now() + TOKEN_LIFE_MS }
    }
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token.text}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'content-length': body.length
      }
      const request = http.request({ hostname, port, path, method: 'POST', agent, headers, signal })
      const late = setTimeout(
        () => request.destroy(Object.assign(new Error('late'), { code: 'TIMEOUT' })),
        TIMEOUT_MS
      )
      request.once('close', () => clearTimeout(late))
      request.once('error', reject)
      request.once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          if (!response.complete) return reject(Object.assign(new Error('cut'), { code: 'INCOMPLETE' }))
          const retryAfter = response.headers['retry-after']
          const members = known(Buffer.concat(chunks).toString())
          resolve({ status: response.statusCode ?? 0, ...members, ...(retryAfter ? { retryAfter } : {}) })
        })
      })
      request.end(body)
    })
  }

  async function attempt(path: string, body: Buffer): Promise<Answer | undefined> {
    const sent = performance.now()
    try {
      const answer = await post(path, body)
      if (answer.status === 202) {
        tally.batches++
        tally.onAcknowledged(sent)
      } else countIn(tally.refusals, `${answer.status} ${answer.code ?? ''}`.trim())
      return answer
    } catch (error) {
      if (!signal.aborted) countIn(tally.broken, (error as NodeJS.ErrnoException).code ?? String(error))
      return undefined
    }
  }

  return {
    async deliver(path, firstBody, withSeries) {
      let body = firstBody
      for (let failures = 1; !signal.aborted; failures++) {
        let answer = await attempt(path, body)
        if (answer?.code === 'unknown_layout' && withSeries) {
          body = withSeries()
          tally.retries++
          answer = await attempt(path, body)
        }
        if (answer?.status === 202) return answer
        if (answer && FINAL.has(answer.status)) {
          tally.refusedForGood++
          return answer
        }
        if (!answer && random.next() < forgets) {
          tally.forgotten++
          return undefined
        }
        await sleep(pauseMs(failures, answer?.retryAfter, random.next()), undefined, { signal }).catch(
          () => {}
        )
        tally.retries++
      }
      return undefined
    },
    close: () => agent.destroy()
  }
}

/** Exponential with full jitter; never before the server asked for, up to a limit. */
function pauseMs(failures: number, retryAfter: string | undefined, random: number): number {
  const jittered = random * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  const asked = Math.min(Number(retryAfter ?? 0) * 1000 || 0, MOST_RETRY_AFTER_MS)
  return asked + jittered
}

/** A proxy may answer with something that is no JSON. */
function known(text: string): Pick<Answer, 'code' | 'layout'> {
  try {
    const { code, layout } = JSON.parse(text) as Record<string, unknown>
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof layout === 'string' ? { layout } : {})
    }
  } catch {
    return {}
  }
}
