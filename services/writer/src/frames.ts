/** One tick of a host is one row: the columns of `frames`, side by side, and the statement that stores them. */
import type { PoolClient } from '@miniobserv/db'
import type { Point } from '@miniobserv/protocol'
import { floatArray, plainArray } from './literal.ts'

/** Columns rather than rows, as unnest wants them. */
export interface Frames {
  /** Epoch ms. */
  times: number[]
  hostIds: number[]
  layoutIds: number[]
  /** float8[] literals. */
  values: string[]
}

export const noFrames = (): Frames => ({ times: [], hostIds: [], layoutIds: [], values: [] })

export function addFrames(frames: Frames, hostId: number, layoutId: number, points: readonly Point[]): void {
  for (const [time, ...values] of points) {
    frames.times.push(time)
    frames.hostIds.push(hostId)
    frames.layoutIds.push(layoutId)
    frames.values.push(floatArray(values))
  }
}

// What was really stored, not what came again, is noted as due: its minutes are rolled up anew.
const INSERT = `
  with stored as (
    insert into frames (time, host_id, layout_id, values)
    select timestamptz 'epoch' + time * interval '1 millisecond', host_id, layout_id, values::float8[]
    from unnest($1::bigint[], $2::int[], $3::int[], $4::text[]) as f (time, host_id, layout_id, values)
    on conflict do nothing
    returning time, host_id
  )
  insert into rollups_due (tier, time, host_ids)
  select 1, time_bucket(interval '1 minute', time, timestamptz 'epoch') as minute, array_agg(distinct host_id)
  from stored group by minute`

export async function insertFrames(client: PoolClient, frames: Frames): Promise<void> {
  if (frames.times.length === 0) return
  const { times, hostIds, layoutIds, values } = frames
  await client.query(INSERT, [times, hostIds, layoutIds, values].map(plainArray))
}
