// The desk works without this. With it, what changes meanwhile shows by itself, and nothing that was typed is lost by it:
// the page is fetched again and only those parts are put in place that are different, what was typed and what has the focus kept.
// What staff do is sent from where they are, so that who writes goes on writing.
"use strict";
(() => {
  const { base, live, watch, gone, offline, unsent } = document.body.dataset;
  const fields = "textarea, input:not([type=hidden]), select";
  const place = `refund-desk:${location.pathname}${new URLSearchParams(location.search).get("chat") || ""}`;
  const key = (does) => `${place}:${does}`;                 // what is being written, kept over a reload

  // ---- what was typed -----------------------------------------------------------------------------------------------

  const typed = (field) => (field.type === "radio" ? field.checked && !field.defaultChecked : field.tagName === "SELECT" ? field.selectedIndex > 0 : field.value !== field.defaultValue);
  const grow = (field) => { if (field.tagName === "TEXTAREA") { field.style.height = "auto"; field.style.height = `${Math.min(field.scrollHeight + 2, 320)}px`; } };
  const write = (field, text) => { field.value = text; field.dispatchEvent(new Event("input", { bubbles: true })); };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-do]");
    if (!form) return;
    if (event.target.tagName === "TEXTAREA") sessionStorage.setItem(key(form.dataset.do), event.target.value);
    grow(event.target);
  });
  const restore = () => {
    for (const form of document.querySelectorAll("form[data-do]")) {
      for (const field of form.querySelectorAll("textarea")) {
        const kept = sessionStorage.getItem(key(form.dataset.do));
        if (kept !== null && kept !== field.value) { field.value = kept; const fold = form.closest("details"); if (fold) fold.open = true; }
      }
    }
  };

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-fill]");
    if (!chip) return;
    const text = chip.closest("form").querySelector("textarea");
    write(text, chip.dataset.fill);
    text.focus();
  });

  // ---- what is done ---------------------------------------------------------------------------------------------------

  const steps = [];                                         // asked for and not answered yet, in their order
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const locked = (form, so) => form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = so; });

  const tell = (form, problem) => {
    form.querySelector(":scope > .problem")?.remove();
    if (problem) form.prepend(problem);
  };
  const unheard = () => {
    const why = document.createElement("p");
    why.className = "problem";
    why.setAttribute("role", "alert");
    why.textContent = unsent;
    return why;
  };
  const giveBack = ({ form, field, text }) => {
    if (field) write(field, [text, field.value].filter(Boolean).join("\n")); else locked(form, false);
  };

  const done = ({ form, field, text }) => {
    if (!field) locked(form, false);
    if (!field && form.elements.text?.value === text) {     // what was written since is not said yet
      form.reset();
      sessionStorage.removeItem(key(form.dataset.do));
      const fold = form.closest("details");
      if (fold) fold.open = false;
    }
    // Who writes elsewhere by now, a note perhaps, would go on writing to the customer.
    if (form.dataset.do === "take_over" && !document.activeElement?.matches(fields)) document.querySelector("form[data-send] textarea").focus();
  };

  const deliver = async (step) => {                         // the step's id makes it one step, however often it is sent
    const { form, field, text } = step, body = new URLSearchParams(step.said);
    for (const name of ["token", "action_id"]) body.set(name, form.elements[name].value);   // the last answer brought new ones
    if (field) body.set("text", text);
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: { accept: "text/html" }, signal: AbortSignal.timeout(30000) });
      if (!answer.ok && answer.status !== 409) throw new Error(answer.status);
      delete form.dataset.unsure;
      if (new URL(answer.url).pathname !== location.pathname) { setTimeout(() => location.reload()); return false; }   // to the login, after the words are kept
      const page = await parsed(answer), heir = page.querySelector(`form[data-do="${form.dataset.do}"]`), said = document.getElementById("answer");
      for (const token of document.getElementsByName("token")) token.value = page.getElementsByName("token")[0].value;
      if (heir) form.elements.action_id.value = heir.elements.action_id.value;
      tell(form, heir?.querySelector(":scope > .problem"));
      said.replaceChildren(...page.getElementById("answer").childNodes);
      if (said.firstElementChild) said.scrollIntoView({ block: "nearest" });
      if (answer.ok) done(step);
      return answer.ok;
    } catch {
      if (field) form.dataset.unsure = text;
      tell(form, unheard());
      return false;
    }
  };
  const work = async () => {
    while (steps.length) {
      if (await deliver(steps[0])) { steps.shift(); continue; }
      const [failed, ...behind] = steps.splice(0);
      for (const step of behind.reverse()) {
        giveBack(step);
        if (step.form !== failed.form) tell(step.form, unheard());
      }
      giveBack(failed);
    }
    refresh();
  };

  const lines = ({ unsure }, text) => (unsure && text?.startsWith(`${unsure}\n`) ? [unsure, text.slice(unsure.length + 1)] : [text]);   // what may have arrived goes again as it was

  document.addEventListener("submit", (event) => {          // a double click is one press
    const form = event.target, field = "send" in form.dataset ? form.elements.text : null;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (!form.dataset.do) { form.dataset.sent = "1"; setTimeout(() => locked(form, true)); return; }
    event.preventDefault();
    const idle = !steps.length, said = new FormData(form);
    steps.push(...lines(form.dataset, form.elements.text?.value).map((text) => ({ form, field, text, said })));
    if (field) write(field, ""); else locked(form, true);   // the next line can be written while this one is on its way
    if (idle) work();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    const form = event.target.closest("form[data-send]");
    if (!form) return;
    event.preventDefault();
    if (form.elements.text.value.trim()) form.requestSubmit();
  });
  addEventListener("beforeunload", (event) => { if (steps.length) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // ---- what changed meanwhile ---------------------------------------------------------------------------------------

  const unfold = (old, fresh) => {                          // so that what was unfolded to be read is no difference
    if (old.querySelector("details.next[open]")) fresh.querySelector("details.next")?.setAttribute("open", "");
  };
  const same = (old, fresh) => (old.dataset.mark !== undefined ? old.dataset.mark === fresh.dataset.mark : old.innerHTML === fresh.innerHTML);

  const carry = (old, fresh) => {
    for (const form of old.querySelectorAll("form[data-do]")) {
      const changed = [...form.querySelectorAll(fields)].filter(typed);
      const heir = fresh.querySelector(`form[data-do="${form.dataset.do}"]`);
      const fold = form.closest("details"), newFold = heir?.closest("details");
      if (newFold && fold?.open) newFold.open = true;
      const problem = form.querySelector(":scope > .problem:not(.gone)");
      if (heir && problem) {                                // what was sent in vain may have arrived: its id goes along
        tell(heir, problem);
        heir.elements.action_id.value = form.elements.action_id.value;
      }
      if (!changed.length) continue;
      if (heir) {
        for (const field of changed) {
          const next = [...heir.elements].find((other) => other.name === field.name && (field.type !== "radio" || other.value === field.value));
          if (!next) continue;
          if (field.type === "radio") next.checked = true; else next.value = field.value;
        }
      } else if (changed.some((field) => field.tagName === "TEXTAREA")) {
        const kept = fold || form;
        if (!kept.querySelector(".gone")) {
          const why = document.createElement("p");
          why.className = "problem gone";
          why.textContent = gone;
          form.prepend(why);
        }
        form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
        (fresh.querySelector(".acts") || fresh).append(kept);
      }
    }
  };

  const put = (old, fresh) => {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const form = focused?.closest("form[data-do]")?.dataset.do;
    const [from, to] = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : [0, 0];
    const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 60, where = old.scrollTop;
    carry(old, fresh);
    old.replaceWith(fresh);
    if ("bottom" in fresh.dataset) fresh.scrollTop = atEnd ? fresh.scrollHeight : where;
    if (focused === old) fresh.focus({ preventScroll: true });
    if (!form) return;
    const heir = [...fresh.querySelectorAll(`form[data-do="${form}"] *`)].find((other) => other.name === focused.name && other.tagName === focused.tagName);
    if (heir) { heir.focus({ preventScroll: true }); if (heir.setSelectionRange && heir.type !== "radio") heir.setSelectionRange(from, to); }
  };

  let busy = false, again = false, composing = false;
  const refresh = async () => {
    if (busy || composing || steps.length) { again = true; return; }
    busy = true;
    again = false;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.redirected) { location.reload(); return; }
      const page = await parsed(answer);
      if (steps.length) return;                             // it is looked at again once they are answered
      for (const fresh of page.querySelectorAll("[data-fragment]")) {
        const old = document.getElementById(fresh.id);
        if (!old) continue;
        unfold(old, fresh);
        if (same(old, fresh)) continue;
        put(old, document.adoptNode(fresh));
        if (document.hidden && !document.title.startsWith("● ")) document.title = `● ${document.title}`;
      }
    } catch { /* the socket tells when the line is down */ } finally { busy = false; }
    if (again) refresh();
  };
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; if (again) refresh(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = document.title.replace("● ", ""); });

  let wait = 500;
  const connect = () => {
    const address = new URL(`${base}/live?${live}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    const banner = document.getElementById("offline");
    socket.addEventListener("open", () => { wait = 500; banner.hidden = true; });
    socket.addEventListener("message", refresh);
    socket.addEventListener("close", (event) => {
      if (event.code === 4401) { location.reload(); return; }
      if (wait > 2000) { banner.textContent = offline; banner.hidden = false; }
      wait = Math.min(wait * 2, 8000);
      setTimeout(connect, wait * (0.75 + Math.random() / 2));
    });
  };

  restore();
  document.querySelectorAll("textarea").forEach(grow);
  document.querySelectorAll("[data-bottom]").forEach((part) => { part.scrollTop = part.scrollHeight; });
  if (watch) { connect(); setInterval(refresh, 60000); }
})();
