/** Makes texts fit into what a channel takes, and says what was left out. */

/** At most `most` UTF-16 units, with … where something was cut off; never half a character. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, cutAt(text, most - 1))}…`
}

/** On one line, and at most `most` units of it: what a host calls itself may hold anything. */
export const oneLine = (text: string, most: number): string =>
  // What is far beyond the limit need not be looked at.
  cut(
    text
      .slice(0, 2 * most)
      .toWellFormed()
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
    most
  )

/** How many lines a message lists: who is woken reads no more, and the page has all. */
export const MOST_LINES = 20

export interface Listed {
  lines: string[]
  /** `and 12 more`; empty where nothing was left out. */
  more: string
}

/**
 * The first lines that fit into `room`, a line break each included, and how many more there are.
 *
 * @param size of a text in the units of `room`
 */
export function listed(
  lines: readonly string[],
  room: number,
  size: (text: string) => number = (text) => text.length
): Listed {
  const kept: string[] = []
  let left = room - MORE
  for (const line of lines.slice(0, MOST_LINES)) {
    left -= size(line) + 1
    if (left < 0) break
    kept.push(line)
  }
  const rest = lines.length - kept.length
  return { lines: kept, more: rest === 0 ? '' : `and ${rest} more` }
}

/** In parts of at most `most` units, broken at the end of a line where there is one. */
export function parts(text: string, most: number): string[] {
  const found: string[] = []
  for (let rest = text; rest !== ''; ) {
    const line = rest.length > most ? rest.lastIndexOf('\n', most) : -1
    const end = line > 0 ? line : cutAt(rest, most)
    found.push(rest.slice(0, end))
    rest = rest.slice(end).replace(/^\n/, '')
  }
  return found
}

/** Never half a character. */
function cutAt(text: string, most: number): number {
  if (text.length <= most) return text.length
  return /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most
}

/** Room for `and 1000000 more`. */
const MORE = 20

/** As one text. */
export const joined = ({ lines, more }: Listed): string => [...lines, ...(more ? [more] : [])].join('\n')
