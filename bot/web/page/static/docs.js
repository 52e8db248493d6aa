// Starts Swagger UI on the page of the API; nothing is asked of another server.
window.SwaggerUIBundle({
  dom_id: "#docs",
  url: "/openapi.json",
  validatorUrl: null,
  deepLinking: false, // its links stand inside buttons, where no screen reader finds them
  tryItOutEnabled: true,
});
