/* One approved reply: read with what it rests on and what has become of that, and edited. */

import { call, during, Problem } from "./api.js";
import { confirm, copy, field, fill, h, say, t, when } from "./dom.js";

const TAGS = { approved: "tag good", pending: "tag bad", retired: "tag" };

/** Return the tag that says what may be done with a reply. */
export function stateTag(state) {
  return h("span", { class: TAGS[state] }, t(`replies_state_${state}`));
}

/** Return a reply to be read; `edit()` begins an edit, `changed(reply)` follows a step. */
export function viewReply(reply, { edit, changed }) {
  const notice = h("div");
  const stale = reply.clauses.filter((clause) => clause.change !== "unchanged");
  return h("article", { class: "panel reply" },
    h("div", { class: "heading" },
      h("h2", { tabindex: -1 }, reply.questions[0]), stateTag(reply.state)),
    stateWords(reply, stale),
    h("h3", {}, t("replies_text")),
    h("p", { class: "reply-text", lang: reply.language }, reply.text),
    actions(reply, stale, notice, { edit, changed }),
    notice,
    h("h3", {}, t("replies_questions")),
    h("ul", { class: "dots" }, reply.questions.map((question) => h("li", {}, question))),
    h("h3", {}, t("replies_clauses")),
    reply.clauses.map(citedClause),
    historyOf(reply));
}

function stateWords(reply, stale) {
  const by = h("p", { class: "soft" }, t("replies_by", { name: reply.approved_by }), " ", when(reply.approved_at));
  const owner = reply.may_change ? null : h("p", { class: "soft" },
    reply.owner ? t("replies_others", { name: reply.owner_name }) : t("replies_nobodys"));
  if (reply.state === "retired") return [h("p", {}, t("replies_is_retired")), by, owner];
  if (reply.state === "approved") return [by, owner];
  return [h("div", { class: "notice" }, stale.length ? t("replies_is_pending") : t("replies_is_back")), by, owner];
}

function actions(reply, stale, notice, { edit, changed }) {
  const copies = h("button", { type: "button", onclick: () => copy(reply.text) }, t("replies_copy"));
  if (!reply.may_change) return h("div", { class: "actions" }, copies);
  const step = (name, done) => async (event) => {
    const path = `/api/desk/replies/${encodeURIComponent(reply.reply_id)}/${name}`;
    const after = await during(event.currentTarget, notice, () => call("POST", path, { revision: reply.revision }));
    if (!after) return;
    say(done);
    await changed(after);
  };
  const again = h("button", {
    type: "button", class: "solid", onclick: stale.length ? edit : step("approve", t("replies_approved")),
  }, stale.length ? t("replies_mend") : t("replies_approve"));
  const retires = h("button", { type: "button", onclick: step("retire", t("replies_retired")) }, t("replies_retire"));
  return h("div", { class: "actions" },
    reply.state === "approved" ? null : again,
    copies,
    h("button", { type: "button", onclick: edit }, t("replies_edit")),
    reply.state === "retired" ? null : retires);
}

/** Return a clause as it was cited, and what has become of it. */
function citedClause(clause) {
  return h("div", { class: "cited" },
    h("h4", {}, place(clause), " ", h("code", {}, clause.clause_id)),
    clause.change === "unchanged" ? h("blockquote", { class: "quote" }, clause.quote) : becameOf(clause));
}

function place(clause) {
  return [clause.title, ...clause.path].join(" › ");
}

function becameOf(clause) {
  const was = h("blockquote", { class: "quote" }, clause.quote);
  if (clause.change === "gone") {
    return [h("p", { class: "became" }, t("replies_clause_gone")), h("p", { class: "eyebrow" }, t("replies_was_quoted")), was];
  }
  if (clause.change === "moved") {
    return [h("p", { class: "became" }, t("replies_clause_moved", { place: clause.now_id })), was];
  }
  return [
    h("p", { class: "became" }, t("replies_clause_changed")),
    h("p", { class: "clause difference" }, clause.difference.map(piece)),
    h("details", {}, h("summary", {}, t("replies_both")),
      h("p", { class: "eyebrow" }, t("replies_was_quoted")), was,
      h("p", { class: "eyebrow" }, t("replies_reads_now")), h("p", { class: "clause" }, clause.now)),
  ];
}

/** Return a piece of a difference: what was dropped or added is marked, and said to be so. */
export function piece({ kind, text }) {
  if (kind === "same") return text;
  const said = h("span", { class: "sr-only" }, kind === "dropped" ? t("replies_cut") : t("replies_new"));
  return h(kind === "dropped" ? "del" : "ins", {}, said, text);
}

function historyOf(reply) {
  return h("details", { class: "history" },
    h("summary", {}, t("replies_history", { number: reply.history.length })),
    h("ol", {}, reply.history.map(({ at, who, deed, text, questions, clauses }) => h("li", {},
      h("p", {}, h("strong", {}, t(`replies_deed_${deed}`)), " ", who, " ", h("span", { class: "soft" }, when(at))),
      deed === "edited" ? h("details", {}, h("summary", {}, t("replies_before")),
        h("p", { class: "reply-text" }, text),
        h("ul", { class: "dots" }, questions.map((question) => h("li", {}, question))),
        h("p", { class: "reply-facts" }, clauses.map((clause) => h("span", { class: "tag" }, clause)))) : null))));
}

/* Editing: nothing that was written is lost, and the clauses are cited as they are now */

/** Return an editor of a reply; `done(reply)` follows what was saved, `close()` what was not. */
export function editReply(reply, { done, close }) {
  let { revision } = reply;
  let made = 0; // names of fields
  const notice = h("div");
  const text = h("textarea", { id: "reply-text", class: "reply-field", lang: reply.language, maxlength: 20_000, value: reply.text });
  const spoken = h("select", { id: "reply-language" },
    ["zh", "en"].map((code) => h("option", { value: code, selected: code === reply.language }, t(`replies_in_${code}`))));
  const questions = h("ul", { class: "asked-list" });
  const clauses = clauseFields(reply.clauses);
  const isApproved = reply.state === "approved";
  reply.questions.forEach(addQuestion);

  const save = h("button", { class: "solid" }, isApproved ? t("save") : t("replies_save_approve"));
  const keep = h("button", { type: "button", onclick: () => store(keep, false) }, t("replies_save_only"));
  const form = h("form", { class: "panel reply", onsubmit: (event) => {
    event.preventDefault();
    store(save, !isApproved);
  } },
    h("h2", { tabindex: -1 }, t("replies_editing")),
    field(t("replies_text"), text),
    h("div", { class: "row reply-language" }, field(t("replies_language"), spoken)),
    h("fieldset", {}, h("legend", {}, t("replies_questions")), h("p", { class: "hint" }, t("replies_questions_hint")), questions,
      h("button", { type: "button", class: "small", onclick: () => addQuestion("").focus() }, t("replies_add_question"))),
    clauses.element,
    notice,
    h("div", { class: "actions" }, save, isApproved ? null : keep,
      h("button", { type: "button", onclick: close }, t("cancel"))));
  let before = written();

  function addQuestion(words) {
    const number = ++made;
    const input = h("input", { id: `question-${number}`, value: words, maxlength: 2_000, "aria-label": t("replies_question") });
    const entry = h("li", {}, input, h("button", {
      type: "button", class: "small", "aria-label": t("replies_drop_question", { question: words }),
      onclick: () => {
        entry.remove();
        (questions.querySelector("input") ?? text).focus();
      },
    }, t("replies_drop")));
    questions.append(entry);
    return input;
  }

  function content() {
    const asked = [...questions.querySelectorAll("input")].map((input) => input.value.trim());
    return { language: spoken.value, text: text.value, questions: asked.filter(Boolean), clauses: clauses.values() };
  }

  function written() {
    return JSON.stringify(content());
  }

  async function store(button, approves) {
    const isAsBefore = approves && reply.state === "pending" && text.value === reply.text;
    if (isAsBefore && !(await confirm(t("replies_as_before"), t("replies_as_before_text"), t("replies_as_before_action")))) {
      text.focus();
      return;
    }
    const path = `/api/desk/replies/${encodeURIComponent(reply.reply_id)}`;
    const saved = await during(button, notice, async () => {
      try {
        let after = await call("PUT", path, { revision, ...content() });
        revision = after.revision;
        before = written();
        if (approves) after = await call("POST", `${path}/approve`, { revision });
        return after;
      } catch (error) {
        if (error instanceof Problem && error.status === 409) return showOther(path);
        throw error;
      }
    });
    if (!saved) return;
    say(approves ? t("replies_approved") : t("replies_saved"));
    await done(saved);
  }

  /** Somebody was there first: show what they wrote beside what is in the form, which stays. */
  async function showOther(path) {
    const other = await call("GET", path);
    const step = other.history.at(-1);
    const takes = h("button", { type: "button", class: "small", onclick: () => done(other) }, t("replies_take_theirs"));
    const heading = h("p", { tabindex: -1 }, t("replies_conflict"));
    fill(notice, h("div", { class: "notice", role: "alert" }, heading,
      h("p", { class: "eyebrow" }, [step.who, t(`replies_deed_${step.deed}`)].filter(Boolean).join(" · "), " · ", when(step.at)),
      h("p", { class: "reply-text" }, other.text), h("div", { class: "actions" }, takes)));
    revision = other.revision; // saving once more is meant
    heading.focus();
    return undefined;
  }

  return { element: form, isDirty: () => written() !== before, focus: () => form.querySelector("h2").focus() };
}

/** Return the fields of the clauses a reply cites; `values()` gives what is to be sent. */
function clauseFields(cited) {
  let made = 0; // names of fields
  const list = h("ul", { class: "cited-list" });
  const hits = h("ul", { class: "hits" });
  const notice = h("div");
  const wanted = h("input", { id: "clause-words", type: "search", maxlength: 500, autocomplete: "off", onkeydown: (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would save the reply
    search();
  } });
  const finds = h("button", { type: "button", onclick: search }, t("replies_find"));
  cited.forEach(add);

  function add(clause) {
    const number = ++made;
    const quote = h("textarea", { id: `quote-${number}`, class: "short clause", value: clause.quote });
    const id = h("code", {}, clause.clause_id);
    const entry = h("li", { dataset: { id: clause.clause_id, quote: clause.quote } });
    const remove = h("button", {
      type: "button", class: "small", "aria-label": t("replies_drop_clause", { clause: clause.clause_id }),
      onclick: () => {
        entry.remove();
        wanted.focus();
      },
    }, t("replies_drop"));
    const whole = h("details", {}, h("summary", {}, t("replies_whole")), h("p", { class: "clause" }, clause.now ?? clause.text));
    const fields = [field(t("replies_quote"), quote, t("replies_quote_hint")), whole];
    if (clause.change === "unchanged") {
      fill(entry, h("h4", {}, clause.title, " ", id), fields, h("div", { class: "actions" }, remove));
    } else {
      const recite = clause.now === null ? null : h("button", { type: "button", class: "small solid", onclick: () => {
        entry.dataset.id = clause.now_id;
        quote.value = clause.now_quote;
        id.textContent = clause.now_id;
        fill(entry, h("h4", {}, clause.title, " ", id), fields, h("div", { class: "actions" }, remove));
        quote.focus();
      } }, t("replies_recite"));
      fill(entry, citedClause(clause), h("div", { class: "actions" }, recite, remove));
    }
    list.append(entry);
    return quote;
  }

  async function search() {
    if (!wanted.value.trim()) return;
    const query = new URLSearchParams({ q: wanted.value, k: 5 });
    const found = await during(finds, notice, () => call("GET", `/api/search?${query}`));
    if (!found) return;
    fill(hits, found.hits.length ? found.hits.map(hit) : h("li", {}, t("replies_no_clause")));
  }

  function hit(clause) {
    const cites = h("button", {
      type: "button", class: "small", "aria-label": t("replies_cite_clause", { clause: clause.clause_id }),
      onclick: () => {
        fill(hits);
        add({ ...clause, title: clause.path.at(-1) ?? "", quote: clause.text, change: "unchanged", now: clause.text }).focus();
      },
    }, t("replies_cite"));
    return h("li", {}, h("p", {}, h("code", {}, clause.clause_id)), h("p", { class: "clause" }, clause.text), cites);
  }

  const element = h("fieldset", {}, h("legend", {}, t("replies_clauses")), list,
    h("div", { class: "row" }, field(t("replies_find_clause"), wanted), finds), notice, hits);
  return {
    element,
    values: () => [...list.children].map((entry) => ({
      clause_id: entry.dataset.id,
      quote: entry.querySelector("textarea")?.value ?? entry.dataset.quote,
    })),
  };
}
