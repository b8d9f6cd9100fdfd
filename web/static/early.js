// What has to be known before anything is painted: the colours that were chosen, the
// language, and whether a debate is about to be opened.
{
  const root = document.documentElement;
  root.dataset.opens = location.hash.slice(1);
  if (navigator.languages.find((l) => /^(en|es)\b/.test(l))?.startsWith("es")) root.lang = "es";
  try {
    root.dataset.theme = localStorage.getItem("debate.theme") ?? "";
  } catch {
    // storage can be forbidden
  }
  // The page is seen before it begins to work. What is not shown has no frames.
  const begin = () => import("/page.js");
  addEventListener("DOMContentLoaded", () => {
    // Who types at once types into the box.
    if (matchMedia("(pointer: fine)").matches) document.getElementById("message").focus();
    if (document.hidden) begin();
    else requestAnimationFrame(() => setTimeout(begin));
  });
}
