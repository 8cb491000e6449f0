// The page's own script: keeps panes fresh, keeps what is being typed, keeps the place.
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- keyed swap: only list items that changed are replaced, so focus, scroll and screen readers stay

  const reconcile = (target, source) => {
    const fresh = [];
    const wanted = [...source.children];
    const ids = new Set(wanted.map((node) => node.id));
    for (const node of [...target.children]) if (!ids.has(node.id)) node.remove();
    let before = target.firstElementChild;
    for (const node of wanted) {
      const old = [...target.children].find((one) => one.id === node.id);
      const same = old && old.dataset.v === node.dataset.v;
      if (old && node.hasAttribute("data-keyed")) {
        fresh.push(...reconcile(old, node));
        place(target, old, before);
        before = old.nextElementSibling;
      } else if (same) {
        old.className = node.className;
        place(target, old, before);
        before = old.nextElementSibling;
      } else {
        if (old) {
          if (before === old) before = old.nextElementSibling;
          old.replaceWith(node);
        }
        place(target, node, before);
        before = node.nextElementSibling;
        fresh.push(node);
      }
    }
    return fresh;
  };
  const place = (target, node, before) => {
    if (node !== before && (node.parentNode !== target || node.nextElementSibling !== before)) {
      target.insertBefore(node, before);
    }
  };

  htmx.defineExtension("keyed", {
    isInlineSwap: (style) => style === "keyed",
    handleSwap: (style, target, fragment) => {
      if (style !== "keyed") return false;
      const thread = target.id === "live" && find("#enquiry");
      const follow = thread && nearBottom(thread);
      const fresh = reconcile(target, fragment);
      fresh.forEach((node) => htmx.process(node));
      if (follow && fresh.length) thread.scrollTop = thread.scrollHeight;
      arrived(target, fresh);
      return true;
    },
  });

  // ---- order: what a press brought is never covered by a refresh that was read before it

  const shown = new WeakMap(); // how often a place was filled
  const begun = new WeakMap(); // what that was when a request was made
  document.addEventListener("htmx:beforeRequest", ({ detail }) => begun.set(detail.xhr, shown.get(detail.target) || 0));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const filled = shown.get(target) || 0;
    if (background(event) && begun.get(xhr) !== filled) {
      event.detail.shouldSwap = false;
      htmx.trigger(target, "refresh"); // it waits for this one to end, and is read anew
    } else if (event.detail.shouldSwap) {
      shown.set(target, filled + 1);
    }
  });

  // ---- what arrived: times, place, focus, and a sign in the title

  const localTimes = (root) => {
    for (const time of all("#messages time", root.closest ? root.ownerDocument : root)) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.valueOf())) {
        const today = at.toDateString() === new Date().toDateString();
        const clock = { hour: "2-digit", minute: "2-digit" };
        time.textContent = today
          ? at.toLocaleTimeString([], clock)
          : at.toLocaleString([], { ...clock, day: "numeric", month: "short" });
      }
    }
  };

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let tapped = false;

  const showNewest = (node, smooth) => {
    const scroll = find("#chat");
    if (!scroll || !node) return;
    const top = node.offsetTop - scroll.offsetTop - 12;
    const most = scroll.scrollHeight - scroll.clientHeight;
    scroll.scrollTo({ top: Math.min(top, most), behavior: smooth && !calm.matches ? "smooth" : "auto" });
  };

  const nearBottom = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 160;

  let flashing = 0;
  const flash = () => {
    clearTimeout(flashing);
    flashing = setTimeout(() => { const line = find("#flash:not(.refused)"); if (line) line.textContent = ""; }, 12000);
  };

  const arrived = (target, fresh) => {
    if (target.id === "messages") {
      localTimes(target);
      const shown = fresh.filter((node) => node.matches("li.msg"));
      const first = shown[0];
      if (first) {
        showNewest(first, true);
        if (tapped || document.activeElement === document.body) {
          const last = shown[shown.length - 1];
          if (tapped) { last.tabIndex = -1; last.focus({ preventScroll: true }); }
        }
        if (shown.some((node) => node.matches("[data-incoming]"))) sign("patient");
        // only an answer uses the tap up: a refresh that brought nothing may have overtaken it
        tapped = false;
      }
    }
    if (target.id === "queue" || target.id === "live") {
      if (fresh.some((node) => node.matches("[data-waiting], [data-incoming]"))) sign("desk");
    }
    waiting();
  };

  const plainTitle = document.title;
  const waiting = () => {
    const number = all("#queue > [data-waiting]").length;
    const urgent = find("#queue > [data-urgent]") || !find("#alarm").hidden ? "🔴 " : "";
    document.title = urgent + (number ? `(${number}) ` : "") + plainTitle;
  };

  const sign = (side) => {
    const button = find(`[data-show="${side}"]`);
    if (button && button.getAttribute("aria-pressed") === "false") button.classList.add("news");
  };

  // ---- news: an event stream; where it is silent, ask every 15 seconds

  let heard = 0;
  const refresh = (what) => {
    const names = { patient: ["#messages"], desk: ["#queue", "#live"] }[what];
    names.forEach((name) => { const node = find(name); if (node) htmx.trigger(node, "refresh"); });
  };
  const refreshAll = () => { refresh("patient"); refresh("desk"); };

  const listen = () => {
    const source = new EventSource("/events" + (find("#desk") ? "?desk=1" : ""));
    source.addEventListener("hello", () => { heard = Date.now(); refreshAll(); });
    source.addEventListener("beat", () => { heard = Date.now(); });
    source.addEventListener("news", (event) => {
      heard = Date.now();
      if (JSON.parse(event.data).patient) refresh("patient");
      refresh("desk");
    });
    source.addEventListener("alert", (event) => { heard = Date.now(); alarm(JSON.parse(event.data)); });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
    window.addEventListener("pagehide", () => source.close(), { once: true });
  };
  setInterval(() => { if (Date.now() - heard > 25000) refreshAll(); }, 15000);
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // ---- an alert: stands until somebody puts it away or opens the enquiry

  const alarm = (told) => {
    const box = find("#alarm");
    find("p", box).textContent = told.text.replace(/\n{2,}/g, "\n");
    const link = find("a", box);
    const alone = find("#desk") && find("#desk").dataset.at === "desk";
    link.hidden = !told.reference;
    if (told.reference) link.href = (alone ? "/desk/" : "/?enquiry=") + encodeURIComponent(told.reference);
    box.hidden = false;
    sign("desk");
    waiting();
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-quiet]")) return;
    find("#alarm").hidden = true;
    waiting();
  });

  // ---- trouble: what a failed request says; nothing typed is lost

  const trouble = (words) => {
    const box = find("#trouble");
    box.textContent = words;
    box.hidden = !words;
  };
  const background = (event) => event.detail.requestConfig && event.detail.requestConfig.verb === "get"
    && event.detail.requestConfig.triggeringEvent && event.detail.requestConfig.triggeringEvent.type === "refresh";
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (background(event) && xhr.status !== 401) return;
    trouble(xhr.responseText.startsWith("<") ? "That did not work. Load the page again." : xhr.responseText);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!background(event)) trouble("Frontdesk cannot be reached. Nothing was sent; what you typed is still here.");
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (!background(event)) trouble(""); });

  // ---- writing

  const clearFiles = (form) => all("input[type=file]", form).forEach((input) => {
    input.value = "";
    chosen(input);
  });
  const chosen = (input) => {
    const line = document.getElementById(input.dataset.chosen);
    if (!line) return;
    const file = input.files[0];
    const most = Number(find(".frame").dataset.fileMax);
    line.hidden = !file;
    line.textContent = file ? file.name : "";
    if (file && file.size > most) {
      line.textContent = `${file.name} is too large: at most ${Math.floor(most / 1e6)} MB.`;
      input.value = "";
    }
  };
  document.addEventListener("change", (event) => { if (event.target.dataset.chosen) chosen(event.target); });

  const count = (area) => {
    const line = document.getElementById(area.dataset.count);
    if (!line) return;
    const length = [...area.value].length;
    line.textContent = `${length} of ${area.dataset.most} characters`;
    line.classList.toggle("over", length > Number(area.dataset.most));
  };
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (area.dataset.count) count(area);
    if (area.id === "say-text") fit(area);
  });
  const fit = (area) => {
    area.rows = Math.min(6, Math.max(1, area.value.split("\n").length, Math.ceil(area.value.length / 38)));
  };
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && area.dataset && area.dataset.enter) {
      event.preventDefault();
      area.form.requestSubmit();
    }
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.id === "taps") tapped = true;
    if (form.id === "say") {
      const empty = !find("#say-text").value.trim() && !find("input[type=file]", form).value;
      if (empty) event.preventDefault();
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.id === "say" && event.detail.successful) {
      const area = find("#say-text");
      area.value = "";
      fit(area);
      clearFiles(form);
      area.focus({ preventScroll: true });
    }
  });

  // What is half-written on the desk survives that the pane around it is drawn anew.
  const halfWritten = new Map();
  const keyOf = (area) => {
    const pane = find("#enquiry-pane");
    return pane ? `${pane.dataset.reference}/${area.id}` : "";
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "enquiry" || !event.detail.shouldSwap) return;
    const elt = event.detail.requestConfig.elt;
    const sent = elt.closest("form") || elt;
    for (const area of all("#enquiry textarea")) {
      if (area.value.trim() && !sent.contains(area)) halfWritten.set(keyOf(area), area.value);
      else halfWritten.delete(keyOf(area));
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "enquiry") return;
    for (const area of all("#enquiry textarea")) {
      const kept = halfWritten.get(keyOf(area));
      if (kept && !area.value) {
        area.value = kept;
        const details = area.closest("details");
        if (details) details.open = true;
      }
      if (area.dataset.count) count(area);
    }
    find("#desk").classList.toggle("open", Boolean(find("#enquiry-pane")));
    const here = find("#here") ? find("#here").value : "";
    for (const link of all("#queue a")) {
      const mine = link.closest("li").id === `q-${here}`;
      link.closest("li").classList.toggle("here", mine);
      if (mine) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    flash();
    const opened = event.detail.requestConfig && event.detail.requestConfig.verb === "get";
    const title = find("#enq-title");
    if (title && (opened || document.activeElement === document.body) && !find("#enquiry [autofocus]")) {
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
    }
  });

  // Only settled content hears a refresh; what changed in between is fetched now.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "enquiry") refresh("desk");
  });

  // ---- a press on a button that is drawn anew meanwhile counts for the button of that name that comes

  let atWork = 0;
  let next = null;
  let held = null;
  const named = (press) => {
    const pane = find("#enquiry-pane");
    const same = press && pane && pane.dataset.reference === press.reference;
    const button = same ? document.getElementById(press.id) : null;
    return button && !button.disabled ? button : null;
  };
  const pressOf = (button) => ({ id: button.id, reference: find("#enquiry-pane").dataset.reference });
  const actsHere = (event) => event.detail.target && event.detail.target.id === "enquiry"
    && event.detail.requestConfig && event.detail.requestConfig.verb === "post";
  document.addEventListener("htmx:beforeRequest", (event) => { if (actsHere(event)) atWork += 1; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!actsHere(event)) return;
    atWork -= 1;
    if (!event.detail.successful) next = null;
  });
  // htmx would drop it: one act at a time. It waits for the answer to the one before.
  document.addEventListener("submit", (event) => {
    const button = event.target.closest("#enq-acts") && find("button[id]", event.target);
    if (!atWork || !button) return;
    event.preventDefault();
    event.stopPropagation();
    next = pressOf(button);
  }, true);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "enquiry" || !next) return;
    const button = named(next);
    next = null;
    if (button) button.click();
  });
  // The button was replaced between the finger's coming and going: the browser makes no click of that.
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("#enq-acts button[id]");
    held = button ? { ...pressOf(button), node: button, x: event.clientX, y: event.clientY } : null;
  });
  document.addEventListener("pointerup", (event) => {
    const press = held;
    held = null;
    if (!press || press.node.isConnected) return;
    if (Math.hypot(event.clientX - press.x, event.clientY - press.y) > 12) return;
    const button = named(press);
    if (button) button.click();
  });

  // ---- one side at a time on a phone

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (!button) return;
    show(button.dataset.show);
  });
  const show = (side) => {
    find(".split").dataset.shown = side;
    for (const one of all("[data-show]")) {
      const on = one.dataset.show === side;
      one.setAttribute("aria-pressed", String(on));
      if (on) one.classList.remove("news");
    }
    if (side === "patient") {
      const incoming = all("#messages > li.msg");
      showNewest(incoming[incoming.length - 1], false);
    }
  };

  // ---- start

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("js");
    localTimes(document);
    waiting();
    all("textarea[data-count]").forEach(count);
    const messages = all("#messages > li.msg");
    showNewest(messages[messages.length - 1], false);
    if (find(".desk.open") && find(".tabs")) show("desk");
    listen();
  });
})();
