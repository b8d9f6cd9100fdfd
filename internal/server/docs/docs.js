const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({ url: "/openapi.yaml", dom_id: "#docs", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0, validatorUrl: null });
