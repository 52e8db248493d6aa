/* Asking the desk's API; what it refuses becomes a Problem whose message the reader understands. */

import { h, has, language, t } from "./dom.js";

export class Problem extends Error {
  constructor(status, body, seconds) {
    super(Problem.words(status, body, seconds));
    this.status = status;
    this.code = body.code ?? "";
    this.body = body;
  }

  static words(status, body, seconds) {
    const clauses = (body.clauses ?? []).join(", ");
    const values = { detail: body.words ?? body.detail ?? String(status), seconds: seconds ?? "", clauses };
    if (body.code && has(`problem_${body.code}`)) return t(`problem_${body.code}`, values);
    if (status === 0) return t("problem_unreachable");
    return t("problem_other", values);
  }
}

/** Ask the API; `body` is sent as JSON, or as it is where it is a Blob. Returns what comes back. */
export async function call(method, path, body) {
  const answer = await send(method, path, body);
  if (answer.status === 204) return null;
  return answer.headers.get("content-type")?.includes("json") ? answer.json() : answer.blob();
}

async function send(method, path, body) {
  const headers = { "accept-language": language };
  if (body instanceof Blob) headers["content-type"] = "application/octet-stream";
  else if (body !== undefined) headers["content-type"] = "application/json";
  const given = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: given });
  } catch {
    throw new Problem(0, {});
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401 && said.code === "access") {
    if (method === "GET") leave();
    else said.code = "signed_out"; // whoever was writing stays where the words are
  }
  throw new Problem(answer.status, said, answer.headers.get("retry-after"));
}

/** Go and sign in, and come back here afterwards; `isOpen` says that a session could not be ended. */
export function leave(isOpen = false) {
  const here = location.pathname + location.search;
  location.assign(`/desk/sign-in?next=${encodeURIComponent(here)}${isOpen ? "&open=1" : ""}`);
}

/** Fetch a file and let the browser save it. */
export async function download(path, name) {
  const link = h("a", { href: URL.createObjectURL(await (await send("GET", path)).blob()), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Run work that a button began: it is off meanwhile, and what fails is said in `notice`. */
export async function during(button, notice, work) {
  if (button) button.disabled = true;
  notice?.replaceChildren();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    notice?.replaceChildren(h("p", { class: "notice", role: "alert" }, error.message,
      error.code === "signed_out" ? [" ", h("a", { href: "/desk/sign-in", target: "_blank" }, t("title_sign_in"))] : null));
    return undefined;
  } finally {
    if (button) button.disabled = false;
  }
}
