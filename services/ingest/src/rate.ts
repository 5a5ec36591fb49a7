/** Keeps one host from taking what all hosts share. */
import rateLimit from '@fastify/rate-limit'
import { type App, ServiceError } from '@miniobserv/service'

/** Hosts remembered at most; each costs about a hundred bytes. */
const REMEMBERED = 50_000

/** @param perMinute requests that one host may make; the guard has set `request.agent` before */
export async function limitRate(app: App, perMinute: number): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    cache: REMEMBERED,
    keyGenerator: (request) => request.agent?.host ?? request.ip,
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false
    },
    errorResponseBuilder: (request, { ttl }) =>
      new ServiceError(
        429,
        'too_many_requests',
        `${request.agent?.host} sends more than ${perMinute} requests a minute`,
        {
          retryAfter: Math.ceil(ttl / 1000)
        }
      )
  })
}
