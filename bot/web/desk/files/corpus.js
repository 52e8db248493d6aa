import { fill, h, t } from "./dom.js";
import { begin } from "./shell.js";

begin((main) => {
  fill(main, h("h1", {}, t("title_corpus")));
});
