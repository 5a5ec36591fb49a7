/** Writes down what was changed, and what to do where somebody else was faster. */
import type { Dashboard, DashboardText } from '@miniobserv/protocol'
import { ApiError } from '../../api/client.ts'
import { changeDashboard, createDashboard } from '../../api/dashboards.ts'
import { Action } from '../../state/action.svelte.ts'
import { texts } from '../../texts.ts'
import { drafts } from './drafts.svelte.ts'
import { freeName } from './free-name.ts'

export class Saving extends Action {
  /** Somebody has changed it meanwhile. */
  get outdated(): boolean {
    return this.error instanceof ApiError && this.error.code === 'dashboard_changed'
  }

  /** @returns what was saved; undefined where that failed, or nothing was changed */
  async save(id: number): Promise<Dashboard | undefined> {
    const draft = drafts.of(id)
    if (!draft) return undefined
    let saved: Dashboard | undefined
    const done = await this.run(async () => {
      if (draft.changed) saved = await changeDashboard(id, draft.version, draft.text)
    })
    if (done) drafts.end(id)
    return saved
  }

  /** @returns the copy */
  async saveCopy(id: number, text: DashboardText): Promise<Dashboard | undefined> {
    let made: Dashboard | undefined
    const done = await this.run(async () => {
      made = await createDashboard({ ...text, name: await freeName(texts.dashboards.copyOf(text.name)) })
    })
    if (done) drafts.end(id)
    return made
  }

  forget(): void {
    this.error = undefined
  }
}
