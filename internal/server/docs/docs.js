SwaggerUIBundle({ url: "/openapi.yaml", dom_id: "#docs", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0, validatorUrl: null });
