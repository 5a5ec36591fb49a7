/** How long the charts of a host's month take from their data to the screen, by the marks that the page sets. */
import { until } from './benchmark.ts'
import type { Looking } from './page-first-load.ts'

export interface Month {
  charts: number
  /** From the last answer to the last chart, ms. */
  all: number
  /** The longest from an answer to its chart. */
  slowest: number
}

/** For the page: as many charts are drawn as there are canvases. */
const ALL_DRAWN = `(() => {
  const marked = (kind) =>
    performance.getEntriesByType('mark').filter(({ name }) => name.startsWith('chart ' + kind + ' ')).length
  return marked('data') >= 10 && marked('drawn') >= document.querySelectorAll('figure canvas').length
})()`

export async function watchMonth({ context, url, host }: Looking, signal: AbortSignal): Promise<Month> {
  const page = await context.newPage()
  await page.goto(`${url}/#/hosts/${host}?range=30d`)
  await until(() => page.evaluate<boolean>(ALL_DRAWN), 30_000, signal)
  await page.waitForTimeout(1_000)
  const marks = await page.evaluate(() =>
    performance.getEntriesByType('mark').map(({ name, startTime }) => ({ name, startTime }))
  )
  await page.close()
  const at = (kind: string) =>
    new Map(
      marks.flatMap(({ name, startTime }) =>
        name.startsWith(`chart ${kind} `) ? [[name.slice(`chart ${kind} `.length), startTime] as const] : []
      )
    )
  const [data, drawn] = [at('data'), at('drawn')]
  const each = [...drawn].map(([title, time]) => time - (data.get(title) ?? time))
  return {
    charts: drawn.size,
    all: Math.round(Math.max(...drawn.values()) - Math.max(...data.values())),
    slowest: Math.round(Math.max(...each))
  }
}
