/** What is being changed and not saved yet, with its way back; it outlives a look at another page, not the tab. */
import type { Dashboard, DashboardText } from '@miniobserv/protocol'
import { textOf } from './layout.ts'

const MOST_STEPS = 100

export class Draft {
  text = $state.raw<DashboardText>() as DashboardText
  /** The version that it was made from. */
  readonly version: number
  #past = $state.raw<readonly DashboardText[]>([])
  #future = $state.raw<readonly DashboardText[]>([])
  /** Changes of the same thing in a row are one step back: a title is typed letter by letter. */
  #last = ''

  constructor(dashboard: Dashboard) {
    this.text = textOf(dashboard)
    this.version = dashboard.version
  }

  get changed(): boolean {
    return this.#past.length > 0
  }

  get canRedo(): boolean {
    return this.#future.length > 0
  }

  /** @param what names what is changed, where many small changes are one */
  change(text: DashboardText, what = ''): void {
    if (text === this.text) return
    if (what === '' || what !== this.#last) this.#past = [...this.#past, this.text].slice(-MOST_STEPS)
    this.#last = what
    this.#future = []
    this.text = text
  }

  undo(): void {
    const before = this.#past.at(-1)
    if (!before) return
    this.#future = [...this.#future, this.text]
    this.#past = this.#past.slice(0, -1)
    this.#last = ''
    this.text = before
  }

  redo(): void {
    const next = this.#future.at(-1)
    if (!next) return
    this.#past = [...this.#past, this.text]
    this.#future = this.#future.slice(0, -1)
    this.#last = ''
    this.text = next
  }
}

class Drafts {
  #all = $state.raw<Readonly<Record<number, Draft>>>({})

  of(id: number): Draft | undefined {
    return this.#all[id]
  }

  begin(dashboard: Dashboard): Draft {
    const draft = new Draft(dashboard)
    this.#all = { ...this.#all, [dashboard.id]: draft }
    return draft
  }

  end(id: number): void {
    const { [id]: _, ...rest } = this.#all
    this.#all = rest
  }

  get unsaved(): boolean {
    return Object.values(this.#all).some(({ changed }) => changed)
  }
}

export const drafts = new Drafts()
