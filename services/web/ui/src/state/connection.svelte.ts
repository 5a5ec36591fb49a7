/** Whether the server answers: told by every request, shown once, whatever the page shows. */

class Connection {
  /** The last request got no answer at all. */
  lost = $state(false)
}

export const connection = new Connection()
