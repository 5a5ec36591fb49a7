/** Makes an edge one that resizes, by dragging it or with the arrow keys. */
import type { Attachment } from 'svelte/attachments'

interface Resizing {
  axis: 'x' | 'y'
  /** The size now, in steps. */
  size: () => number
  /** How long one step is on the screen, px. */
  step: () => number
  onResize: (size: number) => void
}

export function resizing({ axis, size, step, onResize }: Resizing): Attachment {
  return (element) => {
    const edge = element as HTMLElement
    const place = (event: PointerEvent) => (axis === 'x' ? event.clientX : event.clientY)

    function down(event: PointerEvent) {
      event.preventDefault()
      edge.setPointerCapture(event.pointerId)
      const [began, before, one] = [place(event), size(), step()]
      const move = (moved: PointerEvent) => onResize(before + Math.round((place(moved) - began) / one))
      edge.addEventListener('pointermove', move)
      edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), {
        once: true
      })
    }

    const [less, more] = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    function key(event: KeyboardEvent) {
      if (event.key !== less && event.key !== more) return
      event.preventDefault()
      onResize(size() + (event.key === more ? 1 : -1))
    }

    edge.addEventListener('pointerdown', down)
    edge.addEventListener('keydown', key)
    return () => {
      edge.removeEventListener('pointerdown', down)
      edge.removeEventListener('keydown', key)
    }
  }
}
