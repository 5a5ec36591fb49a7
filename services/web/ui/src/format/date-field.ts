/** Between epoch milliseconds and what a browser's field for a date and a time holds, in the viewer's zone. */

/** `2026-11-25T14:03:27` */
export function toField(time: number): string {
  const date = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** Undefined for what is no time. */
export function fromField(text: string): number | undefined {
  const time = new Date(text).getTime()
  return Number.isNaN(time) ? undefined : time
}
