/**
 * How panels lie: rows of twelve columns. Each change gives a new dashboard and leaves the old one as it was, so that it
 * can be undone; what does not fit changes nothing.
 */
import type { Dashboard, DashboardRow, DashboardText, Panel } from '@miniobserv/protocol'

export const COLUMNS = 12
/** Of a row, in steps of 40 px. */
export const HEIGHTS = { least: 2, usual: 6, most: 24 }

export interface Place {
  row: number
  panel: number
}

export const textOf = ({
  id: _,
  version: __,
  changedAt: ___,
  changedBy: ____,
  ...text
}: Dashboard): DashboardText => text

const widthOf = (panels: readonly Panel[]) => panels.reduce((sum, { width }) => sum + width, 0)

/** After the last panel where there is room beside it, else in a row of its own. */
export function withPanel(text: DashboardText, panel: Panel): DashboardText {
  const last = text.rows.at(-1)
  if (last && widthOf(last.panels) + panel.width <= COLUMNS) {
    return withRow(text, text.rows.length - 1, { ...last, panels: [...last.panels, panel] })
  }
  return { ...text, rows: [...text.rows, { height: HEIGHTS.usual, panels: [panel] }] }
}

export function withChanged(text: DashboardText, { row, panel }: Place, changed: Panel): DashboardText {
  const own = text.rows[row]
  return own ? withRow(text, row, { ...own, panels: own.panels.with(panel, changed) }) : text
}

export function without(text: DashboardText, { row, panel }: Place): DashboardText {
  const own = text.rows[row]
  if (!own) return text
  const panels = own.panels.toSpliced(panel, 1)
  return panels.length === 0
    ? { ...text, rows: text.rows.toSpliced(row, 1) }
    : withRow(text, row, { ...own, panels })
}

/** Beside it where there is room, else in a row below. */
export function withCopy(text: DashboardText, { row, panel }: Place): DashboardText {
  const own = text.rows[row]
  const copy = own?.panels[panel]
  if (!own || !copy) return text
  if (widthOf(own.panels) + copy.width <= COLUMNS) {
    return withRow(text, row, { ...own, panels: own.panels.toSpliced(panel + 1, 0, copy) })
  }
  return { ...text, rows: text.rows.toSpliced(row + 1, 0, { height: own.height, panels: [copy] }) }
}

/**
 * Puts a panel before the one at `to`; `to.panel` may be one past the last. Where the row is too narrow for it, the panel
 * becomes as wide as the room that is left.
 */
export function withMoved(text: DashboardText, from: Place, to: Place): DashboardText {
  const panel = text.rows[from.row]?.panels[from.panel]
  const target = text.rows[to.row]
  if (!panel || !target) return text
  if (from.row === to.row) {
    const rest = target.panels.toSpliced(from.panel, 1)
    const at = to.panel > from.panel ? to.panel - 1 : to.panel
    return at === from.panel
      ? text
      : withRow(text, to.row, { ...target, panels: rest.toSpliced(at, 0, panel) })
  }
  const room = COLUMNS - widthOf(target.panels)
  if (room < 1) return text
  const moved = { ...panel, width: Math.min(panel.width, room) }
  const put = withRow(text, to.row, { ...target, panels: target.panels.toSpliced(to.panel, 0, moved) })
  return without(put, from)
}

/** Puts a panel into a row of its own before row `before`, which may be one past the last. */
export function withOwnRow(text: DashboardText, from: Place, before: number): DashboardText {
  const own = text.rows[from.row]
  const panel = own?.panels[from.panel]
  if (!own || !panel) return text
  if (own.panels.length === 1 && (before === from.row || before === from.row + 1)) return text
  const rows = text.rows.toSpliced(before, 0, { height: own.height, panels: [panel] })
  return without({ ...text, rows }, { row: before <= from.row ? from.row + 1 : from.row, panel: from.panel })
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** One step by keys: sideways within the row; up and down into the next row, or between rows where that one is full. */
export function stepped(
  text: DashboardText,
  from: Place,
  direction: Direction
): { text: DashboardText; at: Place } {
  const row = text.rows[from.row]
  if (!row) return { text, at: from }
  if (direction === 'left' || direction === 'right') {
    const panel = from.panel + (direction === 'left' ? -1 : 1)
    if (panel < 0 || panel >= row.panels.length) return { text, at: from }
    const to = direction === 'left' ? panel : panel + 1
    return { text: withMoved(text, from, { row: from.row, panel: to }), at: { row: from.row, panel } }
  }
  const target = from.row + (direction === 'up' ? -1 : 1)
  const alone = row.panels.length === 1
  const neighbour = text.rows[target]
  if (neighbour && widthOf(neighbour.panels) + 1 <= COLUMNS) {
    const at = { row: target, panel: neighbour.panels.length }
    const moved = withMoved(text, from, at)
    return { text: moved, at: alone && direction === 'down' ? { ...at, row: target - 1 } : at }
  }
  if (alone) {
    if (!neighbour) return { text, at: from }
    const rows = text.rows.with(from.row, neighbour).with(target, row)
    return { text: { ...text, rows }, at: { row: target, panel: 0 } }
  }
  const before = direction === 'up' ? from.row : from.row + 1
  return { text: withOwnRow(text, from, before), at: { row: before, panel: 0 } }
}

/** As far as the row has room. */
export function withWidth(text: DashboardText, { row, panel }: Place, width: number): DashboardText {
  const own = text.rows[row]
  const before = own?.panels[panel]
  if (!own || !before) return text
  const most = COLUMNS - widthOf(own.panels) + before.width
  const changed = { ...before, width: Math.max(1, Math.min(most, width)) }
  return changed.width === before.width ? text : withChanged(text, { row, panel }, changed)
}

export function withHeight(text: DashboardText, row: number, height: number): DashboardText {
  const own = text.rows[row]
  const bounded = Math.max(HEIGHTS.least, Math.min(HEIGHTS.most, height))
  return !own || own.height === bounded ? text : withRow(text, row, { ...own, height: bounded })
}

const withRow = (text: DashboardText, row: number, changed: DashboardRow): DashboardText => ({
  ...text,
  rows: text.rows.with(row, changed)
})
