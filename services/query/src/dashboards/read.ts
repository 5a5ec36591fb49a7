/** Makes a dashboard of what a request or a file holds: with defaults filled in, and with errors that name the member. */
import {
  DashboardRow,
  DashboardText,
  GRID_COLUMNS,
  PANELS,
  type Panel,
  type PanelKind
} from '@miniobserv/protocol'
import { fill, invalid, isObject } from '@miniobserv/service'
import Type from 'typebox'

const { rows: _, ...others } = DashboardText.properties
const REST = Type.Object(others, { additionalProperties: false })
const { panels: __, ...ofRow } = DashboardRow.properties
const ROW = Type.Object(ofRow, { additionalProperties: false })

/** @throws {ServiceError} 400 `invalid_request` with a path */
export function readDashboard(value: unknown): DashboardText {
  if (!isObject(value)) throw invalid('', 'a dashboard is an object with a name and rows')
  const { rows = [], ...rest } = value
  if (!Array.isArray(rows)) throw invalid('/rows', 'rows is a list of rows, each with panels')
  const dashboard = {
    ...fill(REST, rest),
    rows: rows.map((row, i) => readRow(row, `/rows/${i}`))
  }
  checkVariables(dashboard)
  return dashboard
}

function readRow(value: unknown, path: string): DashboardText['rows'][number] {
  if (!isObject(value)) throw invalid(path, 'a row is an object with panels')
  const { panels = [], ...rest } = value
  if (!Array.isArray(panels) || panels.length === 0)
    throw invalid(`${path}/panels`, 'a row has at least one panel')
  const row = {
    ...fill(ROW, rest, path),
    panels: panels.map((panel, i) => readPanel(panel, `${path}/panels/${i}`))
  }
  const width = row.panels.reduce((sum, panel) => sum + panel.width, 0)
  if (width > GRID_COLUMNS) {
    const detail = `these panels are ${width} columns wide together; a row has ${GRID_COLUMNS}`
    throw invalid(`${path}/panels`, detail)
  }
  return row
}

/** Each kind has a schema of its own: an error then speaks of the kind that was meant. */
function readPanel(value: unknown, path: string): Panel {
  const kinds = Object.keys(PANELS).join(', ')
  if (!isObject(value)) throw invalid(path, `a panel is an object with kind: ${kinds}`)
  const schema = PANELS[value.kind as PanelKind]
  if (!schema || !Object.hasOwn(PANELS, value.kind as string)) {
    throw invalid(`${path}/kind`, `kind is ${JSON.stringify(value.kind) ?? 'missing'}; it takes ${kinds}`)
  }
  return fill(schema, value, path) as Panel
}

/** Names are unique, and what is used is there. */
function checkVariables({ variables, rows }: DashboardText): void {
  const names = new Set<string>()
  for (const [i, { name }] of variables.entries()) {
    if (names.has(name)) throw invalid(`/variables/${i}/name`, `there are two variables named ${name}`)
    names.add(name)
  }
  for (const [r, { panels }] of rows.entries()) {
    for (const [p, panel] of panels.entries()) {
      for (const value of patternsOf(panel)) {
        if (!value.startsWith('$') || names.has(value.slice(1))) continue
        throw invalid(
          `/rows/${r}/panels/${p}`,
          `${value} is used, but there is no variable ${value.slice(1)}`
        )
      }
    }
  }
}

function patternsOf(panel: Panel): string[] {
  const questions = panel.kind === 'number' ? [panel.question] : 'questions' in panel ? panel.questions : []
  return [
    ...('hosts' in panel ? panel.hosts : []),
    ...questions.flatMap(({ hosts, where }) => [...hosts, ...Object.values(where).flat()])
  ]
}
