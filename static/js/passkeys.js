/* Asks the browser for a passkey and sends its answer with the form around the button. A code works without. */
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const asked = (question) => {
    const options = { ...question, challenge: bytes(question.challenge) };
    if (question.user) options.user = { ...question.user, id: bytes(question.user.id) };
    if (question.allowCredentials) options.allowCredentials = keys(question.allowCredentials);
    if (question.excludeCredentials) options.excludeCredentials = keys(question.excludeCredentials);
    return options;
  };
  const told = (key) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[part]) response[part] = text(key.response[part]);
    }
    return { id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {} };
  };

  document.querySelectorAll("[data-passkey]").forEach((box) => {
    const press = box.querySelector("[data-press]"), answer = box.querySelector("input[type=hidden]"), said = box.querySelector("[role=status]");
    const name = box.querySelector("[name=name]");
    /* As the next button of the form would: another one may lead elsewhere. */
    const follows = (button) => press.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING;
    const send = () => {
      const next = [...press.form.querySelectorAll("[type=submit]")].find(follows);
      if (press.form.requestSubmit) press.form.requestSubmit(next); else if (next) next.click(); else press.form.submit();
    };
    box.hidden = false;
    const without = box.parentElement.querySelector("[data-without]");
    if (without) without.hidden = true;
    press.addEventListener("click", async () => {
      /* A missing name is said by the server, before a key is made that nobody knows of. */
      if (name && !name.value.trim()) return send();
      said.textContent = "";
      try {
        const publicKey = asked(JSON.parse(box.dataset.question));
        answer.value = JSON.stringify(told(await navigator.credentials[box.dataset.passkey]({ publicKey })));
        send();
      } catch (error) {
        said.textContent = (error.name === "InvalidStateError" && box.dataset.there) || box.dataset.failed;
      }
    });
  });
})();
