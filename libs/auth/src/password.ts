/** Comparing what was typed with what is right, in the same time however much of it is right. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** Hashing first makes both sides equally long, which the comparison needs and which hides the length. */
export function samePassword(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
