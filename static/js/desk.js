/* Editors of the desk: what is typed is kept on the server as a draft. Nothing here is needed to save. */
"use strict";

(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const line = document.querySelector("[data-status]"), other = form.querySelector("[data-other]");
  const PAUSE = 3000, LONGEST = 20000, AGAIN = 10000, BEAT = 30000;
  let timer = 0, since = 0, typed = false, sent = false;

  const tell = (told) => {
    if (told.status) line.textContent = told.status;
    if (!other) return;
    if (told.who !== other.dataset.who || !told.other) other.firstElementChild.textContent = told.other;
    other.dataset.who = told.who;
    other.hidden = !told.other;
  };
  /* A session that is over answers with a redirect: not followed, and told as not kept. */
  const post = async (address, body) => {
    const answer = await fetch(address, { method: "POST", body, redirect: "manual" });
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    tell(await answer.json());
  };

  const keep = async () => {
    clearTimeout(timer);
    if (!typed || sent) return;
    typed = false;
    since = 0;
    try {
      await post(form.dataset.keep, new FormData(form));
    } catch {
      typed = true;
      line.textContent = line.dataset.lost;
      timer = setTimeout(keep, AGAIN);
    }
  };
  form.addEventListener("input", () => {
    typed = true;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  });

  /* The page may be gone in a moment: the browser sends this without us. */
  const leave = () => {
    if (typed && !sent && navigator.sendBeacon(form.dataset.keep, new FormData(form))) typed = false;
  };
  addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  addEventListener("pagehide", leave);
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  addEventListener("pageshow", () => { sent = false; });
  if ("now" in form.dataset) { typed = true; keep(); }

  /* A sign of life while the editor is looked at, so that others see who is in it. */
  const beat = () => {
    if (document.hidden || sent) return;
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    post(form.dataset.here, body).catch(() => {});
  };
  if (form.dataset.here) { beat(); setInterval(beat, BEAT); }
})();
