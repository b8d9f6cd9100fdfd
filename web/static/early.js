// What has to be known before anything is painted: the colours, the size and the language
// that were chosen, and whether a debate is about to be opened.
{
  const root = document.documentElement;
  root.dataset.opens = location.hash.slice(1);
  let languages = navigator.languages;
  try {
    for (const name of ["theme", "size"]) root.dataset[name] = localStorage.getItem(`debate.${name}`) ?? "";
    languages = [localStorage.getItem("debate.language") ?? "", ...languages];
  } catch {
    // storage can be forbidden
  }
  if (languages.find((l) => /^(en|es)\b/.test(l))?.startsWith("es")) root.lang = "es";
  // The page is seen before it begins to work. What is not shown has no frames.
  const begin = () => import("./page.js");
  addEventListener("DOMContentLoaded", () => {
    root.dataset.whole = ""; // what grows while the page is read would move
    // Who types at once types into the box.
    if (!matchMedia("(pointer: coarse)").matches) document.getElementById("message").focus();
    if (document.hidden) begin();
    else requestAnimationFrame(() => setTimeout(begin));
  });
}
