"use strict";
/* The snippet follows the choices, and so does the widget beside it. */
(() => {
  const choices = document.getElementById("choices");
  const snippet = document.getElementById("snippet");
  const live = document.getElementById("live");
  const { server } = snippet.dataset;
  const usual = choices.elements.accent.value;

  function follow() {
    const { agreement, lang, position, accent } = Object.fromEntries(new FormData(choices));
    const given = { agreement, lang, position, key: "pk_…" };
    const attributes = Object.entries(given).filter(([, value]) => value)
      .map(([name, value]) => ` ${name}="${value}"`).join("");
    const style = accent === usual ? []
      : [`<style>clause-bot { --clause-bot-accent: ${accent}; }</style>`];
    snippet.textContent = [
      `<script src="${server}/widget.js" defer></script>`,
      ...style,
      `<clause-bot${attributes}></clause-bot>`,
    ].join("\n");
    live.setAttribute("lang", lang);
    live.setAttribute("agreement", agreement);
    if (style.length) live.style.setProperty("--clause-bot-accent", accent);
    else live.style.removeProperty("--clause-bot-accent");
  }

  async function copy(button) {
    const code = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code); // without a clipboard it is at least selected
      return;
    }
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 2000);
  }

  choices.addEventListener("input", follow);
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
})();
