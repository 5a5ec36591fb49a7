/** Gives each cell of a table the name of its column, for when a row is shown as lines: table.css sets it before the value. */
import type { Attachment } from 'svelte/attachments'

/** @param columns in order; one without a name says nothing */
export function inLines(columns: readonly string[]): Attachment<HTMLTableElement> {
  return (table) => {
    const label = () => {
      const [body] = table.tBodies
      // Shown as blocks, they would be no table to some screen readers.
      table.role = 'table'
      if (body) body.role = 'rowgroup'
      for (const row of body?.rows ?? []) {
        row.role = 'row'
        for (const [i, cell] of [...row.cells].entries()) {
          cell.role = cell.tagName === 'TH' ? 'rowheader' : 'cell'
          // The first says which row it is.
          cell.dataset.label = i === 0 ? '' : (columns[i] ?? '')
        }
      }
    }
    label()
    const observer = new MutationObserver(label)
    observer.observe(table, { childList: true, subtree: true })
    return () => observer.disconnect()
  }
}
