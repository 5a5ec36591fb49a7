/** One tick of a host is one row: what a bulk has of them, and the statement that stores them. */
import type { PoolClient } from '@miniobserv/db'
import type { Point } from '@miniobserv/protocol'
import { type FrameRows, frameRows } from './frame-rows.ts'

export interface Frames {
  /** Epoch ms. */
  times: number[]
  /** One statement each. */
  parts: FrameRows[]
}

/** Of one statement, more or less: PostgreSQL takes a gibibyte at most, and bodies may be packed very tightly. */
const PART_BYTES = 16 * 1024 ** 2

export const noFrames = (): Frames => ({ times: [], parts: [] })

export function addFrames(frames: Frames, hostId: number, layoutId: number, points: readonly Point[]): void {
  for (const point of points) {
    let part = frames.parts.at(-1)
    if (!part || part.size > PART_BYTES) {
      part = frameRows()
      frames.parts.push(part)
    }
    part.add(hostId, layoutId, point)
    frames.times.push(point[0])
  }
}

// What was really stored, not what came again, is noted as due: its minutes are rolled up anew.
const INSERT = `
  with stored as (
    insert into frames (time, host_id, layout_id, values)
    select time, host_id, layout_id, values from unnest($1::frames[])
    on conflict do nothing
    returning time, host_id
  )
  insert into rollups_due (tier, time, host_ids)
  select 1, time_bucket(interval '1 minute', time, timestamptz 'epoch') as minute, array_agg(distinct host_id)
  from stored group by minute`

/** Of a database, by its client's connection. */
const rowTypes = new WeakMap<PoolClient, number>()

export async function insertFrames(client: PoolClient, { parts }: Frames): Promise<void> {
  if (parts.length === 0) return
  const rowType = rowTypes.get(client) ?? (await readRowType(client))
  rowTypes.set(client, rowType)
  for (const part of parts) await client.query(INSERT, [part.encode(rowType)])
}

async function readRowType(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ oid: number }>(`select 'frames'::regtype::oid::int as oid`)
  return rows[0]?.oid as number
}
