/* What pages can do without: nothing here is needed, nothing is stored, nobody else is asked. */
"use strict";

(() => {
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

  /* A link of the error summary shows the label of its field, and puts the cursor into it. */
  all(".oops a[href^='#']", (link) => link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  }));

  /* One press of a button sends one form; after a page comes back from memory it works again. */
  all("form[data-once]", (form) => form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  }));
  addEventListener("pageshow", () => all("form[data-once]", (form) => delete form.dataset.sent));

  /* A button that copies the link, and the device's own way to share. */
  const button = (words) => Object.assign(document.createElement("button"), { type: "button", className: "btn plain fit", textContent: words });
  all("input[data-copy]", (field) => {
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    const copy = button(field.dataset.copy);
    copy.addEventListener("click", () => navigator.clipboard.writeText(field.value).then(() => { copy.textContent = field.dataset.copied; }));
    field.after(copy);
  });
  all(".share[data-share]", (box) => {
    if (!navigator.share) return;
    const share = button(box.dataset.share);
    share.addEventListener("click", () => navigator.share({ title: box.dataset.title, url: box.dataset.url }).catch(() => {}));
    box.append(share);
  });

  /* The count, while somebody looks: after the seconds the answer names, ten times at most. */
  all("[data-live]", (place) => {
    const figure = place.querySelector("[data-count]");
    let left = 10;
    const ask = async () => {
      if (document.hidden || left-- < 1) return;
      try {
        const answer = await fetch(place.dataset.live, { credentials: "omit" });
        const now = await answer.json();
        figure.textContent = now.words;
        const bar = place.parentElement.querySelector("progress");
        if (bar && now.goal) Object.assign(bar, { max: now.goal, value: now.count });
        if (left) setTimeout(ask, now.next * 1000);
      } catch { left = 0; }
    };
    if (figure) setTimeout(ask, 30000);
  });
})();
