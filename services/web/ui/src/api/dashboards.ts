/** What the pages ask about dashboards. */
import type { Dashboard, DashboardsAnswer, DashboardText } from '@miniobserv/protocol'
import { request } from './client.ts'

export function listDashboards(signal?: AbortSignal): Promise<DashboardsAnswer> {
  return request('dashboards', signal ? { signal } : {})
}

export function getDashboard(id: number, signal?: AbortSignal): Promise<Dashboard> {
  return request(`dashboards/${id}`, signal ? { signal } : {})
}

/** @throws ApiError 409 `dashboard_exists` */
export function createDashboard(dashboard: DashboardText): Promise<Dashboard> {
  return request('dashboards', { method: 'POST', body: dashboard })
}

/** @throws ApiError 409 `dashboard_changed`, where somebody was faster */
export function changeDashboard(id: number, version: number, dashboard: DashboardText): Promise<Dashboard> {
  return request(`dashboards/${id}`, {
    method: 'PUT',
    query: new URLSearchParams({ version: String(version) }),
    body: dashboard
  })
}

export function deleteDashboard(id: number): Promise<void> {
  return request(`dashboards/${id}`, { method: 'DELETE' })
}
