/** How fast what has waited is sent once the server is back: thousands of agents come back at the same time. */

/** Between two requests, in ms, and up to half as long again: five a second at most. */
const GAP_MS = 200
/** However much there is to send: a gateway takes twenty requests a second from one host, live points among them. */
const LEAST_GAP_MS = 100

export interface Pace {
  /** How long the next request has to wait, in ms. */
  wait(now: number): number
  /** A request was made. */
  made(now: number): void
  /** The server was away: slowly again. */
  restart(): void
}

/**
 * @param random from 0 to 1
 * @param ease each gap is this part of the one before: 1 keeps the pace; below, it goes up to ten a second
 */
export function createPace(random: () => number, ease: number): Pace {
  let gap = GAP_MS
  let next = 0
  return {
    wait: (now) => Math.max(0, next - now),
    made(now) {
      next = now + gap * (1 + random() / 2)
      gap = Math.max(LEAST_GAP_MS, gap * ease)
    },
    restart() {
      gap = GAP_MS
    }
  }
}
