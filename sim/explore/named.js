// Sliders are told by their titles, also to who hears the page read aloud.
const walk = (root) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.matches(".bk-input-group")) {
      const handle = element.querySelector(".noUi-handle")
      const title = element.querySelector(".bk-slider-title")
      if (handle !== null && title !== null)
        handle.setAttribute("aria-label", title.firstChild.textContent.replace(/:\s*$/, ""))
    }
    if (element.shadowRoot !== null)
      walk(element.shadowRoot)
  }
}
walk(document)
