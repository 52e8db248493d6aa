"use strict";
/* A help center's own script: searching its articles, and a button that opens the widget. */
(() => {
  const links = [...document.querySelectorAll("#articles a")];

  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const link of links) {
      const article = document.querySelector(link.hash);
      link.parentNode.hidden = !article.textContent.toLowerCase().includes(wanted);
    }
    const count = links.filter((link) => !link.parentNode.hidden).length;
    document.getElementById("found").textContent = wanted ? `${count} / ${links.length}` : "";
  });
  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("[data-ask]").addEventListener("click", () => {
    document.querySelector("clause-bot").open();
  });
})();
