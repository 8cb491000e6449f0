// The Words pages' script. Without it everything works but the findings while typing.
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const field = (name) => find(`[name="f.${CSS.escape(name)}"]`);

  // ---- trouble: what a failed request says; nothing typed is lost

  const trouble = (words) => {
    const box = find("#trouble");
    box.textContent = words;
    box.hidden = !words;
  };
  document.addEventListener("htmx:responseError", (event) => {
    const said = event.detail.xhr.responseText;
    trouble(said.startsWith("<") ? "That did not work. What you typed is still here." : said);
  });
  document.addEventListener("htmx:sendError", () => trouble("Frontdesk cannot be reached. What you typed is still here, but not kept."));
  document.addEventListener("htmx:beforeRequest", () => trouble(""));

  // ---- what is typed is kept: also in a tab that closes at once, and through a server's restart

  let unkept = false;
  let again = 0;
  const editing = (event) => event.target.closest && event.target.closest("#edit");
  document.addEventListener("input", (event) => { if (editing(event)) unkept = true; });
  document.addEventListener("submit", (event) => { if (editing(event)) unkept = false; });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.id === "edit") unkept = false; });
  const failed = (event) => {
    if (event.detail.elt.id !== "edit") return;
    unkept = true;
    clearTimeout(again);
    again = setTimeout(() => { if (unkept) htmx.trigger("#edit", "mended"); }, 3000);
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 503) failed(event); });
  window.addEventListener("pagehide", () => {
    const form = find("#edit");
    if (!form || !unkept) return;
    navigator.sendBeacon(form.getAttribute("hx-post"), new URLSearchParams(new FormData(form)));
  });

  // ---- counters and marks

  const count = (span) => {
    const length = [...document.getElementById(span.dataset.countOf).value].length;
    span.textContent = `${length} of ${span.dataset.most}`;
    span.classList.toggle("over", length > Number(span.dataset.most));
  };
  const marks = () => {
    for (const box of all("#edit .findings")) {
      const input = box.closest(".field") && find("input, textarea, select", box.closest(".field"));
      if (!input) continue;
      if (find(".blocks", box)) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  };
  document.addEventListener("input", (event) => {
    for (const span of all(`[data-count-of="${event.target.id}"]`)) count(span);
  });
  document.addEventListener("htmx:oobAfterSwap", marks);

  // ---- mends, places, and pages taken from the list

  const set = (input, value) => {
    if (input.type === "checkbox") input.checked = value !== "";
    else input.value = value;
    for (const span of all(`[data-count-of="${input.id}"]`)) count(span);
  };
  document.addEventListener("click", (event) => {
    const mend = event.target.closest("[data-mend]");
    if (mend) {
      event.preventDefault();
      let last = null;
      for (const [name, value] of Object.entries(JSON.parse(mend.dataset.mend))) {
        last = field(name);
        if (last) set(last, value);
      }
      if (last) last.focus();
      htmx.trigger("#edit", "mended");
      return;
    }
    const place = event.target.closest("q[data-in]");
    if (place) {
      const input = field(place.dataset.in);
      if (input && input.setSelectionRange) {
        input.focus();
        input.setSelectionRange(Number(place.dataset.start), Number(place.dataset.end));
      }
      return;
    }
    const add = event.target.closest("[data-add]");
    if (add) {
      const list = document.getElementById(add.dataset.to);
      const lines = list.value.split("\n").filter(Boolean);
      if (!lines.includes(add.dataset.add)) list.value = [...lines, add.dataset.add].join("\n");
      htmx.trigger("#edit", "mended");
    }
  });
  // Enter in a line is no button of the form.
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.key === "Enter" && input.matches("#edit input[type=text]")) event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && input.id === "say-text") {
      event.preventDefault();
      input.form.requestSubmit();
    }
  });

  // ---- the chat for trying

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.id === "say" && event.detail.successful) find("#say-text").value = "";
  });
  const newest = () => {
    const chat = find("#chat");
    const list = chat && all("#messages > li", chat);
    if (list && list.length) chat.scrollTop = list[list.length - 1].offsetTop - 60;
  };
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "messages") newest(); });

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("js");
    all("[data-count-of]").forEach(count);
    newest();
    const wanted = find("[data-focus] input, [data-focus] textarea, [data-focus] select");
    if (wanted) wanted.focus();
    const autofocus = find("main [autofocus]");
    if (autofocus) autofocus.focus();
  });
})();
