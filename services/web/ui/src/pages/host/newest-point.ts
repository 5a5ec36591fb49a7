/** The newest value of a series, whatever its age within the question's time. */
import type { Points } from '../../charts/picture.ts'

export function newest(points: Points | undefined): number | null {
  return points?.findLast(([, value]) => value !== null)?.[1] ?? null
}
