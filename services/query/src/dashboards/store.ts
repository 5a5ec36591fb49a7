/** Dashboards in the database. A change names the version that it was made from, so that nobody's work is lost. */
import { type Pool, type PoolClient, transaction } from '@miniobserv/db'
import type { Dashboard, DashboardsAnswer, DashboardText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'

/** Who does it, and when, epoch ms. */
export interface Change {
  by: string
  now: number
}

interface Row {
  id: number
  name: string
  spec: Omit<DashboardText, 'name'>
  version: number
  changed_at: Date
  changed_by: string
}

/** All of them, by name, without what is in them. */
export async function listDashboards(db: Pool): Promise<DashboardsAnswer['dashboards']> {
  const { rows } = await db.query<Omit<Row, 'spec'> & { description: string; panels: number }>(
    `select id, name, version, changed_at, changed_by, spec ->> 'description' as description,
            (select coalesce(sum(jsonb_array_length(r -> 'panels')), 0)::int from jsonb_array_elements(spec -> 'rows') r)
              as panels
     from dashboards order by lower(name), id`
  )
  return rows.map(({ changed_at, changed_by, ...row }) => ({
    ...row,
    changedAt: changed_at.getTime(),
    changedBy: changed_by
  }))
}

/** @throws {ServiceError} 404 `dashboard_unknown` */
export async function findDashboard(db: Pool | PoolClient, id: number): Promise<Dashboard> {
  const { rows } = await db.query<Row>(
    'select id, name, spec, version, changed_at, changed_by from dashboards where id = $1',
    [id]
  )
  if (!rows[0]) throw unknown(id)
  return dashboardOf(rows[0])
}

/** @throws {ServiceError} 409 `dashboard_exists` */
export async function createDashboard(
  db: Pool | PoolClient,
  { name, ...spec }: DashboardText,
  { by, now }: Change
): Promise<Dashboard> {
  const { rows } = await db.query<Row>(
    `insert into dashboards (name, spec, changed_at, changed_by) values ($1, $2, $3, $4)
     on conflict (name) do nothing returning id, name, spec, version, changed_at, changed_by`,
    [name, spec, new Date(now), by]
  )
  if (!rows[0]) throw exists(name)
  return dashboardOf(rows[0])
}

/**
 * @param from the version that the change was made from
 * @throws {ServiceError} 404 `dashboard_unknown`, 409 `dashboard_changed`, 409 `dashboard_exists`
 */
export async function changeDashboard(
  db: Pool,
  id: number,
  from: number,
  { name, ...spec }: DashboardText,
  { by, now }: Change
): Promise<Dashboard> {
  return await transaction(db, async (client) => {
    const { rows: twins } = await client.query('select from dashboards where name = $1 and id <> $2', [
      name,
      id
    ])
    if (twins.length > 0) throw exists(name)
    const { rows } = await client.query<Row>(
      `update dashboards set name = $3, spec = $4, version = version + 1, changed_at = $5, changed_by = $6
       where id = $1 and version = $2 returning id, name, spec, version, changed_at, changed_by`,
      [id, from, name, spec, new Date(now), by]
    )
    if (rows[0]) return dashboardOf(rows[0])
    const { version, changedBy } = await findDashboard(client, id)
    const detail = `${changedBy || 'somebody'} has changed it meanwhile: it is version ${version}, not ${from}`
    throw new ServiceError(409, 'dashboard_changed', detail, { path: 'version' })
  })
}

/** @throws {ServiceError} 404 `dashboard_unknown` */
export async function deleteDashboard(db: Pool, id: number): Promise<void> {
  const { rowCount } = await db.query('delete from dashboards where id = $1', [id])
  if (rowCount === 0) throw unknown(id)
}

/** Makes the first dashboards, once: deleted ones do not come back. */
export async function seedDashboards(db: Pool, first: readonly DashboardText[], now: number): Promise<void> {
  await transaction(db, async (client) => {
    const { rowCount } = await client.query(
      'insert into dashboards_seeded (at) values ($1) on conflict (one) do nothing',
      [new Date(now)]
    )
    if (rowCount === 0) return
    for (const dashboard of first) await createDashboard(client, dashboard, { by: '', now })
  })
}

const dashboardOf = ({ id, name, spec, version, changed_at, changed_by }: Row): Dashboard => ({
  ...{ id, version, changedAt: changed_at.getTime(), changedBy: changed_by },
  ...{ name, ...spec }
})

const unknown = (id: number): ServiceError =>
  new ServiceError(404, 'dashboard_unknown', `there is no dashboard ${id}`)

const exists = (name: string): ServiceError =>
  new ServiceError(409, 'dashboard_exists', `there is already a dashboard named ${name}`, { path: '/name' })
