/* What may be stated of an agreement beside its words: the fields for it, and what they hold. */

import { field, h, t } from "./dom.js";

const STATED = ["title", "title_en", "party", "party_en", "version", "source"];

/** Return the fields, filled with what is known, and what they hold as pairs of key and value. */
export function statedFields(known = {}) {
  const inputs = new Map(STATED.map((key) =>
    [key, h("input", { id: `stated-${key}`, maxlength: 200, value: known[key] ?? "" })]));
  const aliases = h("textarea", { id: "stated-aliases", class: "short", maxlength: 4000 }, (known.aliases ?? []).join("\n"));
  const written = h("select", { id: "stated-language" },
    h("option", { value: "" }, t("corpus_language_read")),
    h("option", { value: "zh" }, t("corpus_language_zh")),
    h("option", { value: "en" }, t("corpus_language_en")));
  written.value = known.language ?? "";
  const fields = [
    // stated: title, title_en, party, party_en, version, source
    STATED.map((key) => field(t(`corpus_stated_${key}`), inputs.get(key))),
    field(t("corpus_aliases"), aliases, t("corpus_aliases_hint")),
    field(t("corpus_language"), written),
  ];
  const values = () => [
    ...[...inputs].map(([key, input]) => [key, input.value.trim()]),
    ["language", written.value],
    ...aliases.value.split("\n").map((alias) => ["aliases", alias.trim()]),
  ].filter(([, value]) => value);
  return { fields, values };
}

/** Return the choice of an agreement in force; `first` are the options before them. */
export function editionChoice(agreements, chosen, first = [["", t("corpus_edition_upload")]]) {
  const choice = h("select", { id: "stated-edition" },
    first.map(([value, words]) => h("option", { value }, words)),
    agreements.filter((row) => !row.edition_of || row.agreement === chosen).map((row) =>
      h("option", { value: row.agreement }, `${row.title} (${row.agreement})`)));
  choice.value = chosen;
  return choice;
}
