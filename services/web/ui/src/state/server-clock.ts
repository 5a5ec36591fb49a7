/** The server's clock, told by its answers: "25 s ago" must be right on a laptop whose clock is not. */

/** Answers name full seconds only and travel for a while: what is nearer than this is no difference. */
const TOLERANCE_MS = 2000

let offset = 0

/** Takes the `Date` header of an answer. */
export function hear(date: string | null, now: number): void {
  const time = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(time)) return
  const difference = time + 500 - now
  offset = Math.abs(difference) < TOLERANCE_MS ? 0 : difference
}

/** Epoch ms by the server's clock, as well as the browser can know. */
export function serverNow(): number {
  return Date.now() + offset
}
