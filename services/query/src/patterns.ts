/** Names of hosts and values of labels as people mean them: exact, or with * and ?; a leading ! leaves out. As in rules. */

export const isPattern = (text: string): boolean => /[*?]/.test(text)

/** For `like`: `*` stands for any text, `?` for one character, and nothing else for anything but itself. */
export const likePattern = (text: string): string =>
  text
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')

/** Those that must fit, of which one is enough, and those that must not, without their `!`. */
export function wantedAndNot(texts: readonly string[]): { wanted: string[]; not: string[] } {
  return {
    wanted: texts.filter((text) => !text.startsWith('!')),
    not: texts.filter((text) => text.startsWith('!')).map((text) => text.slice(1))
  }
}
