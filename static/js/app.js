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

  /* A letter as it will be sent: with name and town under it. */
  const whole = (field) => {
    if (!field.closest("[data-letter]")) return field.value;
    const under = ["name", "town"].map((name) => field.form.elements[name].value.trim()).filter(Boolean);
    return [field.value.trimEnd(), ...(under.length ? ["", ...under] : [])].join("\n");
  };

  /* A button that copies a link or a letter, and the device's own way to share. */
  const button = (words) => Object.assign(document.createElement("button"), { type: "button", className: "btn plain fit", textContent: words });
  all("[data-copy]", (field) => {
    if (field.readOnly) field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    const copy = button(field.dataset.copy);
    copy.addEventListener("click", () => navigator.clipboard.writeText(whole(field)).then(() => { copy.textContent = field.dataset.copied; }));
    field.after(copy);
  });
  all(".share[data-share]", (box) => {
    if (!navigator.share) return;
    const share = button(box.dataset.share);
    share.addEventListener("click", () => navigator.share({ title: box.dataset.title, url: box.dataset.url }).catch(() => {}));
    box.append(share);
  });

  /* The letter goes from the page straight into the mail program: what is typed is sent to nobody on the way. */
  const code = encodeURIComponent, MOST = 1800;
  const beginning = (text, most) => {
    const letters = Array.from(text);
    let end = 0;
    for (let used = 0; end < letters.length && (used += code(letters[end]).length) <= most; end++);
    const head = letters.slice(0, end).join("");
    return end < letters.length ? (head.replace(/ [^ ]*$/, "") || head).trimEnd() : text;
  };
  all("form[data-letter]", (form) => {
    const press = form.querySelector("[data-mail]");
    if (!press) return;
    const link = Object.assign(document.createElement("a"), { className: press.className, textContent: press.textContent });
    press.replaceWith(link);
    const renew = () => {
      const emails = form.dataset.emails.split(",");
      const to = [...form.querySelectorAll("[name=to]")].map((box, place) => box.checked && emails[place]).filter(Boolean);
      const ending = `\r\n\r\n${form.dataset.note}`;
      let body = whole(form.elements.text).replace(/\r?\n/g, "\r\n");
      const cut = code(body).length > MOST;
      if (cut) body = beginning(body, MOST - code(ending).length) + ending;
      form.querySelector("[data-cut]").hidden = !cut || !to.length;
      if (to.length) link.href = `mailto:${to.join()}?subject=${code(form.dataset.subject)}&body=${code(body)}`;
      else link.removeAttribute("href");
    };
    form.addEventListener("input", renew);
    addEventListener("pageshow", renew);
    renew();
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
