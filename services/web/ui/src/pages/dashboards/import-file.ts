/** Makes a dashboard of a file that was exported, here or elsewhere. */
import type { Dashboard } from '@miniobserv/protocol'
import { ApiError } from '../../api/client.ts'
import { createDashboard } from '../../api/dashboards.ts'
import { texts } from '../../texts.ts'
import { freeName } from './free-name.ts'

/** @throws Error that says what is wrong with the file, and where */
export async function importFile(text: string): Promise<Dashboard> {
  const found = parsed(text)
  try {
    const named = typeof found.name === 'string' ? { ...found, name: await freeName(found.name) } : found
    return await createDashboard(named as unknown as Dashboard)
  } catch (error) {
    if (error instanceof ApiError)
      throw new Error(texts.dashboards.wrongFile(error.message, error.path ?? ''))
    throw error
  }
}

function parsed(text: string): Record<string, unknown> {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    found = undefined
  }
  if (typeof found !== 'object' || found === null) throw new Error(texts.dashboards.notJson)
  return found as Record<string, unknown>
}
