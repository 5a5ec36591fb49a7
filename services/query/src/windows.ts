/** Where to look for lines first, and how much farther each time. */
import type { Reading } from '@miniobserv/db'

/** Blocks that the first window holds, about. */
const FIRST_BLOCKS = 12
const GROWTH = 4

export type Direction = 'older' | 'newer'

/**
 * Windows of time side by side, each four times as wide as the one before; the first reaches as far as a few blocks do,
 * whether lines come by the second or by the day. What is empty before the nearest block is in the first window too, but
 * does not make the next one wider: of a host that has been silent for hours there would be hours of lines in it.
 *
 * @param host one that everything is about, if there is only one
 * @returns ranges, the end is not in them
 */
export async function* windowsOf(
  reading: Reading,
  { from, to, direction, host }: { from: number; to: number; direction: Direction; host: number | undefined }
): AsyncGenerator<readonly [from: number, to: number]> {
  const older = direction === 'older'
  // By the column: an index is in that order.
  const { rows } = await reading.query<{ first: number; last: number; blocks: number }>(
    `select floor(extract(epoch from min(at)) * 1000)::bigint as first,
            floor(extract(epoch from max(at)) * 1000)::bigint as last, count(*)::int as blocks
     from (select b.${older ? 'time' : 'min_time'} as at from log_blocks b
           where b.time >= $1 and b.time < $2 ${host === undefined ? '' : 'and b.host_id = $3'}
           order by b.time ${older ? 'desc' : ''} limit ${FIRST_BLOCKS + 1}) as nearest`,
    [new Date(from), new Date(to), ...(host === undefined ? [] : [host])]
  )
  const { first = 0, last = 0, blocks = 0 } = rows[0] ?? {}
  const all = blocks <= FIRST_BLOCKS
  let width = all ? to - from : last - first
  let [start, end] = [from, to]
  for (let reach = all ? to - from : older ? to - first : last - from; start < end; reach = width) {
    if (older) {
      const next = Math.max(start, end - Math.max(1, reach))
      yield [next, end]
      end = next
    } else {
      const next = Math.min(end, start + Math.max(1, reach))
      yield [start, next]
      start = next
    }
    width = Math.max(1, width) * GROWTH
  }
}
