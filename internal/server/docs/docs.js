const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
// The service may be below a path of its host, which its description does not know.
const base = new URL(".", location.href).href;
const requestInterceptor = (request) => {
  if (!request.loadSpec && !request.url.startsWith(base)) request.url = request.url.replace(`${location.origin}/`, base);
  return request;
};
SwaggerUIBundle({ url: "openapi.yaml", requestInterceptor, dom_id: "#docs", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0, validatorUrl: null });
