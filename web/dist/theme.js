// The colours that were chosen, before anything is painted.
try {
  document.documentElement.dataset.theme = localStorage.getItem("debate.theme") ?? "";
} catch {
  // storage can be forbidden
}
