/** Tells the editor, svelte-check and Vite how this workspace writes Svelte. */
export default {
  compilerOptions: { runes: true }
}
