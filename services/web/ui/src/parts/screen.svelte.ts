/** Which part of a long element the screen shows: for lists that draw only what is near. */
import type { Attachment } from 'svelte/attachments'

/** Scrolling by less changes nothing, so that a list is not laid out anew at every pixel, px. */
const STEP = 120

export class Screen {
  /** Where the screen begins and ends, from the element's upper edge, px. */
  top = $state(0)
  bottom = $state(0)
  /** Of the element, px. */
  width = $state(0)

  readonly attach: Attachment<HTMLElement> = (element) => {
    const look = () => {
      const { top, width } = element.getBoundingClientRect()
      this.top = Math.floor(-top / STEP) * STEP
      this.bottom = this.top + STEP + innerHeight
      this.width = width
    }
    look()
    addEventListener('scroll', look, { passive: true })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    observer.observe(document.documentElement)
    return () => {
      removeEventListener('scroll', look)
      observer.disconnect()
    }
  }
}
