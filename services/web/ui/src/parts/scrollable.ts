/** Makes a box reachable by keys while there is more in it than it shows: arrow keys then scroll it. */
export function scrollable(element: Element): () => void {
  const box = element as HTMLElement
  const look = () => {
    const overflows = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight
    if (overflows) box.tabIndex = 0
    else box.removeAttribute('tabindex')
  }
  const observer = new ResizeObserver(look)
  observer.observe(box)
  for (const child of box.children) observer.observe(child)
  return () => observer.disconnect()
}
