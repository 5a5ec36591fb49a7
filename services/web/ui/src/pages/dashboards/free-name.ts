/** Names of dashboards are unique: finds one that nobody has taken. */
import { listDashboards } from '../../api/dashboards.ts'

/** `name`, or `name 2`, `name 3` … */
export async function freeName(name: string): Promise<string> {
  const taken = new Set((await listDashboards()).dashboards.map((dashboard) => dashboard.name))
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name.slice(0, 95)} ${number}`
    if (!taken.has(candidate)) return candidate
  }
}
