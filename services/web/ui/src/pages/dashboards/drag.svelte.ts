/** A panel on its way to another place, by the mouse: where it comes from, and where it would go now. */
import type { DashboardText } from '@miniobserv/protocol'
import { type Place, withMoved, withOwnRow } from './layout.ts'

export class Drag {
  from = $state.raw<Place | null>(null)
  /** Before a panel, or, without one, into a row of its own before a row. */
  to = $state.raw<{ row: number; panel?: number } | null>(null)

  begin(from: Place): void {
    this.from = from
  }

  /** Over a panel: before it or behind it, whichever half the mouse is in. */
  overPanel(event: DragEvent, { row, panel }: Place): void {
    if (!this.from) return
    event.preventDefault()
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    this.to = { row, panel: event.clientX > left + width / 2 ? panel + 1 : panel }
  }

  overGap(event: DragEvent, row: number): void {
    event.preventDefault()
    this.to = { row }
  }

  end(): void {
    this.from = this.to = null
  }

  /** @returns the dashboard with the panel in its new place; undefined where nothing was dragged */
  drop(event: DragEvent, text: DashboardText): DashboardText | undefined {
    event.preventDefault()
    const { from, to } = this
    this.end()
    if (!from || !to) return undefined
    const { row, panel } = to
    return panel === undefined ? withOwnRow(text, from, row) : withMoved(text, from, { row, panel })
  }
}
