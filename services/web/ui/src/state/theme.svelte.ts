/** Light, dark, or as the system has it; the choice is kept in this browser. */

export type Theme = 'system' | 'light' | 'dark'
const dark = matchMedia('(prefers-color-scheme: dark)')

class ThemeChoice {
  choice = $state<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? 'system')
  #systemDark = $state(dark.matches)

  constructor() {
    dark.addEventListener('change', (event) => {
      this.#systemDark = event.matches
    })
  }

  /** What is on the screen; charts read their colours anew when it changes. */
  get shown(): 'light' | 'dark' {
    if (this.choice !== 'system') return this.choice
    return this.#systemDark ? 'dark' : 'light'
  }

  next(): void {
    // The first step away from the system's theme is the other one, so that it can be seen.
    const order: Theme[] = this.#systemDark ? ['system', 'light', 'dark'] : ['system', 'dark', 'light']
    const choice = order[(order.indexOf(this.choice) + 1) % order.length] ?? 'system'
    if (choice === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = choice
    this.choice = choice
    try {
      if (choice === 'system') localStorage.removeItem('theme')
      else localStorage.setItem('theme', choice)
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
}

export const theme = new ThemeChoice()
