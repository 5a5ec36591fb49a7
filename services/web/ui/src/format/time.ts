/** Turns epoch milliseconds into what people read, in the viewer's time zone, on a 24-hour clock. */

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const LOCALE = 'en-GB'
const cache = new Map<string, Intl.DateTimeFormat>()

/** Making a formatter costs more than using it a thousand times. */
function formatter(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormat {
  const key = JSON.stringify(options) + zone
  let found = cache.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE, { ...options, ...(zone ? { timeZone: zone } : {}) })
    cache.set(key, found)
  }
  return found
}

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** `14:03` */
export function clock(time: number, zone?: string): string {
  return formatter(CLOCK, zone).format(time)
}

/** `14:03:27` */
export function clockSeconds(time: number, zone?: string): string {
  return formatter({ ...CLOCK, second: '2-digit' }, zone).format(time)
}

/** `23 Nov` */
export function day(time: number, zone?: string): string {
  return formatter({ day: 'numeric', month: 'short' }, zone).format(time)
}

/** `Mon 23 November`: what stands between the lines of two days. */
export function longDay(time: number, zone?: string): string {
  return formatter({ weekday: 'short', day: 'numeric', month: 'long' }, zone).format(time).replace(',', '')
}

/** `23 Nov 2026, 14:03:27.123`: everything there is to know. */
export function exact(time: number, zone?: string): string {
  return formatter(
    {
      ...CLOCK,
      second: '2-digit',
      fractionalSecondDigits: 3,
      day: 'numeric',
      month: 'short',
      year: 'numeric'
    },
    zone
  ).format(time)
}

/** `14:03 – 15:10`, with the day where it is not today or the two differ. */
export function span(from: number, to: number, now: number, zone?: string): string {
  const seconds = to - from < 10 * MINUTE
  const write = seconds ? clockSeconds : clock
  const sameDay = day(from, zone) === day(to, zone)
  if (sameDay && day(now, zone) === day(to, zone)) return `${write(from, zone)} – ${write(to, zone)}`
  if (sameDay) return `${day(from, zone)}, ${write(from, zone)} – ${write(to, zone)}`
  return `${day(from, zone)}, ${write(from, zone)} – ${day(to, zone)}, ${write(to, zone)}`
}

/** `3 d 4 h`, `12 min`, `8 s`: the two largest parts. */
export function duration(ms: number): string {
  const parts: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's']
  ]
  const first = parts.findIndex(([size]) => ms >= size)
  if (first === -1) return '0 s'
  const [size, unit] = parts[first] as [number, string]
  const head = `${Math.floor(ms / size)} ${unit}`
  const next = parts[first + 1]
  if (!next || size === MINUTE) return head
  const rest = Math.floor((ms % size) / next[0])
  return rest === 0 ? head : `${head} ${rest} ${next[1]}`
}

/** `now`, `25 s ago`, `3 d ago`: the largest part only. */
export function ago(time: number, now: number): string {
  const passed = now - time
  if (passed < 15 * SECOND) return 'now'
  return `${duration(passed).split(' ').slice(0, 2).join(' ')} ago`
}

/**
 * Labels for the ticks of a time axis, times in seconds as uPlot has them: the day where it begins, else the clock.
 * @param step distance between ticks in seconds
 */
export function timeAxisLabels(ticks: readonly number[], step: number, zone?: string): string[] {
  return ticks.map((tick) => {
    const time = tick * SECOND
    if (step >= 86_400) return day(time, zone)
    if (clockSeconds(time, zone) === '00:00:00') return day(time, zone)
    return step < 60 ? clockSeconds(time, zone) : clock(time, zone)
  })
}

/** `Europe/Berlin (GMT+1)`: whose clock the page shows. */
export function zoneName(now: number): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const offset = new Intl.DateTimeFormat(LOCALE, { timeZoneName: 'shortOffset' })
    .formatToParts(now)
    .find((part) => part.type === 'timeZoneName')?.value
  return offset && offset !== timeZone ? `${timeZone} (${offset})` : timeZone
}
