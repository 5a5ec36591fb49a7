/** Calls back when an element comes near the screen: for lists that go on by themselves. */
import type { Attachment } from 'svelte/attachments'

export function whenVisible(callback: () => void): Attachment {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) callback()
      },
      { rootMargin: '400px' }
    )
    observer.observe(element)
    return () => observer.disconnect()
  }
}
