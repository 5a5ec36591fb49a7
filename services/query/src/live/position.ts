/** Where an entry stands in its stream: Redis's id of it, which is also the id of an event. */

/** `milliseconds-sequence`, as Redis writes it. */
export type Position = string

export const isPosition = (text: string): boolean => /^\d{1,16}-\d{1,16}$/.test(text)

/** Below 0 where `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  const [aTime = 0, aPlace = 0] = a.split('-').map(Number)
  const [bTime = 0, bPlace = 0] = b.split('-').map(Number)
  return aTime - bTime || aPlace - bPlace
}
