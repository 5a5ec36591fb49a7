/** Values and durations as people read them in a message. */

/** At most four digits that count. */
const plain = (value: number): string =>
  Math.abs(value) >= 10_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)))

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** @param unit as series have it, UCUM: 1, By, By/s, s, ms, {process} */
export function valueText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value)
  if (unit === '1') return `${Number((value * 100).toPrecision(3))} %`
  if (unit === 'By' || unit === 'By/s') {
    const size = Math.abs(value)
    const power = size < 1 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log(size) / Math.log(1024)))
    return `${plain(value / 1024 ** power)} ${BYTES[power]}${unit === 'By/s' ? '/s' : ''}`
  }
  const [, what] = /^\{(.+)\}(\/s)?$/.exec(unit) ?? []
  if (what) return plain(value) + (unit.endsWith('/s') ? '/s' : '')
  return unit === '' ? plain(value) : `${plain(value)} ${unit}`
}

/** `45 s`, `12 min`, `3.5 h`, `2.1 d` @param ms may be infinite */
export function durationWords(ms: number): string {
  if (!Number.isFinite(ms)) return 'ever'
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${Number((ms / 3_600_000).toFixed(1))} h`
  return `${Number((ms / 86_400_000).toFixed(1))} d`
}

/** `disk=sda, mode=user` */
export const labelWords = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
