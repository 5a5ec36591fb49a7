/** Where to look for lines first, and how much farther each time. */
import type { Reading } from '@miniobserv/db'

/** Blocks that the first window holds, about. */
const FIRST_BLOCKS = 12
const GROWTH = 4

export type Direction = 'older' | 'newer'

/**
 * Windows of time side by side, each four times as wide as the one before; the first as wide as a few blocks reach,
 * whether lines come by the second or by the day.
 *
 * @param host one that everything is about, if there is only one
 * @returns ranges, the end is not in them
 */
export async function* windowsOf(
  reading: Reading,
  { from, to, direction, host }: { from: number; to: number; direction: Direction; host: number | undefined }
): AsyncGenerator<readonly [from: number, to: number]> {
  const older = direction === 'older'
  const { rows } = await reading.query<{ time: number }>(
    // By the column: the name of what is selected would go before it, and no index is in that order.
    `select floor(extract(epoch from b.${older ? 'time' : 'min_time'}) * 1000)::bigint as time from log_blocks b
     where b.time >= $1 and b.time < $2 ${host === undefined ? '' : 'and b.host_id = $3'}
     order by b.time ${older ? 'desc' : ''} offset ${FIRST_BLOCKS} limit 1`,
    [new Date(from), new Date(to), ...(host === undefined ? [] : [host])]
  )
  let width = Math.max(1, rows[0] ? (older ? to - rows[0].time : rows[0].time - from) : to - from)
  let [start, end] = [from, to]
  while (start < end) {
    if (older) {
      const next = Math.max(start, end - width)
      yield [next, end]
      end = next
    } else {
      const next = Math.min(end, start + width)
      yield [start, next]
      start = next
    }
    width *= GROWTH
  }
}
