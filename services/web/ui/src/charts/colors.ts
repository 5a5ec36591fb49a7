/** Reads the theme's colours for the canvas, which knows no custom properties. */
import type { Severity } from '@miniobserv/protocol'
import { COLORS } from './picture.ts'

export interface Colors extends Record<Severity, string> {
  series: string[]
  rest: string
  quiet: string
  line: string
}

/** The colour that a custom property has now, as the canvas can use it. */
function resolve(probe: HTMLElement, property: string): string {
  probe.style.color = `var(${property})`
  return getComputedStyle(probe).color
}

export function readColors(parent: HTMLElement): Colors {
  const probe = document.createElement('span')
  parent.append(probe)
  const colors = {
    series: Array.from({ length: COLORS }, (_, i) => resolve(probe, `--series-${i + 1}`)),
    rest: resolve(probe, '--series-rest'),
    quiet: resolve(probe, '--quiet'),
    line: resolve(probe, '--line'),
    info: resolve(probe, '--unknown'),
    warning: resolve(probe, '--warning'),
    critical: resolve(probe, '--critical')
  }
  probe.remove()
  return colors
}

/** As CSS: for legends, which follow the theme by themselves. */
export function cssColor(color: number | null): string {
  return color === null ? 'var(--series-rest)' : `var(--series-${color})`
}

/** The same colour, see-through; `color` is rgb(…) as getComputedStyle gives it. */
export function faded(color: string, alpha: number): string {
  return color.replace(/^rgb\((.*)\)$/, `rgb($1 / ${alpha})`).replaceAll(',', ' ')
}
