// Starts Swagger UI on the page of the API; nothing is asked of another server.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();
window.SwaggerUIBundle({
  dom_id: "#docs",
  url: "/openapi.json",
  validatorUrl: null,
  deepLinking: false, // its links stand inside buttons, where no screen reader finds them
  tryItOutEnabled: true,
});
