/** Makes a box reachable by keys while there is more in it than it shows: arrow keys then scroll it. */
export function scrollable(element: Element): () => void {
  const box = element as HTMLElement
  const look = () => {
    const overflows = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight
    if (overflows) box.tabIndex = 0
    else box.removeAttribute('tabindex')
  }
  const sizes = new ResizeObserver(look)
  const watch = () => {
    sizes.disconnect()
    for (const each of [box, ...box.children]) sizes.observe(each)
  }
  watch()
  const children = new MutationObserver(watch)
  children.observe(box, { childList: true })
  return () => {
    children.disconnect()
    sizes.disconnect()
  }
}
