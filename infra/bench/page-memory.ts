/** What the list of hosts keeps in memory while it goes on live: the heap after a collection, minute by minute. */
import { pause } from './benchmark.ts'
import type { Looking } from './page-first-load.ts'

/** @returns MiB at the beginning and after each minute */
export async function watchMemory(
  { context, url }: Looking,
  minutes: number,
  note: (text: string) => void,
  signal: AbortSignal
): Promise<number[]> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await page.goto(`${url}/#/hosts`)
  await page.waitForSelector('[data-row]')
  await pause(20_000, signal)
  const heap: number[] = []
  for (let minute = 0; minute <= minutes; minute++) {
    if (minute > 0) await pause(60_000, signal)
    signal.throwIfAborted()
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    heap.push(Math.round((usedSize / 1024 ** 2) * 10) / 10)
    note(`minute ${minute}: ${heap.at(-1)} MiB`)
  }
  await page.close()
  return heap
}
